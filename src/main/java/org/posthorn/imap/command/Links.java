package org.posthorn.imap.command;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;

/// How a message says that it belongs to others, for threading. Identifiers are hashed to 64 bits,
/// differently in each process: with a million messages, one chance in ten million that any two
/// different ones are taken for the same.
///
/// @param answers whether the subject says that it is a reply or a forward
/// @param id 0 if it has none
/// @param references oldest first
record Links(boolean answers, long id, long[] references) {
  private static final long[] NONE = {};

  /// Of a message that is gone, or where nobody asks.
  static final Links EMPTY = new Links(false, 0, NONE);

  private static final long SEED = new SplittableRandom().nextLong();
  private static final long FACTOR = 0x9E37_79B9_7F4A_7C15L;

  /// As octets: a flag, the hash of its own identifier or 0, those of the others.
  ///
  /// @param id null if it has none
  static byte[] note(boolean answers, String id, List<String> references) {
    ByteBuffer b = ByteBuffer.allocate(1 + Long.BYTES * (1 + references.size()));
    b.put((byte) (answers ? 1 : 0)).putLong(id == null ? 0 : hash(id));
    references.forEach(r -> b.putLong(hash(r)));
    return b.array();
  }

  /// From octets of `b`, those from `from` up to before `to`.
  static Links of(byte[] b, int from, int to) {
    if (from == to) {
      return EMPTY;
    }
    ByteBuffer note = ByteBuffer.wrap(b, from, to - from);
    boolean answers = note.get() != 0;
    long id = note.getLong();
    long[] references = note.hasRemaining() ? new long[note.remaining() / Long.BYTES] : NONE;
    for (int i = 0; i < references.length; i++) {
      references[i] = note.getLong();
    }
    return new Links(answers, id, references);
  }

  /// Never 0. RFC 5256 §3: `"a"@b` and `a@b` are the same.
  private static long hash(String id) {
    long h = SEED;
    for (int i = 0; i < id.length(); i++) {
      char c = id.charAt(i);
      if (c != '"' && (c != '\\' || id.indexOf('"') < 0)) {
        h = (h ^ c) * FACTOR;
        h ^= h >>> 29;
      }
    }
    h *= FACTOR;
    h ^= h >>> 32;
    return h == 0 ? 1 : h;
  }
}
