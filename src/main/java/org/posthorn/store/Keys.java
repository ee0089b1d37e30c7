package org.posthorn.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Keys of the rows: a letter, then big-endian numbers of fixed width, or a name.
///
/// | key | row |
/// |---|---|
/// | `a` | account |
/// | `n` name | mailbox number |
/// | `m` mb | mailbox |
/// | `x` mb chunk | summary of 256 pages |
/// | `p` mb page, `f` mb page | columns fixed for life, columns that change |
/// | `e` email | message row |
/// | `j` email | membership |
/// | `b` blob owner | this partition uses the blob |
/// | `g` time email | grave |
/// | `l` modseq | expunge log |
/// | `t` hash | thread of a message id |
/// | `c` thread email | members of a thread |
/// | `r` mb grantee | rights |
/// | `s` mb user page | what a user has seen who is not the owner |
/// | `v` mb user | MODSEQ of the last change of that |
/// | `i` owner | another account that shares with this one |
/// | `u` name | subscription |
/// | `d` mb user name | metadata; mailbox 0 is the account, user 0 is everybody |
/// | `k` kind 0 id | small record |
/// | `o` id | outbox |
///
/// Local to the disk, beside those of the blob store: `I` says how far ids may have been given out,
/// `D` blob notes one that an account has let go.
final class Keys {
  private Keys() {}

  static final byte[] ACCOUNT = {'a'};

  static byte[] of(char letter) {
    return new byte[] {(byte) letter};
  }

  /// The first key behind all that begin with `prefix`.
  static byte[] after(byte[] prefix) {
    byte[] out = prefix.clone();
    for (int i = out.length - 1; i >= 0; i--) {
      if (++out[i] != 0) return Arrays.copyOf(out, i + 1);
    }
    throw new IllegalArgumentException("no key is behind");
  }

  static byte[] name(char letter, String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] out = new byte[1 + text.length];
    out[0] = (byte) letter;
    System.arraycopy(text, 0, out, 1, text.length);
    return out;
  }

  static String nameOf(byte[] key) {
    return new String(key, 1, key.length - 1, StandardCharsets.UTF_8);
  }

  static byte[] mailbox(char letter, int mb) {
    return new Pack(5).u8(letter).u32(mb).done();
  }

  static byte[] page(char letter, int mb, int page) {
    return new Pack(9).u8(letter).u32(mb).u32(page).done();
  }

  static byte[] id(char letter, long id) {
    return new Pack(9).u8(letter).u64(id).done();
  }

  static byte[] pair(char letter, long first, long second) {
    return new Pack(17).u8(letter).u64(first).u64(second).done();
  }

  static byte[] hash(byte[] hash) {
    return new Pack(1 + hash.length).u8('t').raw(hash).done();
  }

  static byte[] record(String kind, String id) {
    return new Pack(2 + kind.length() + id.length())
        .u8('k')
        .raw(kind.getBytes(StandardCharsets.UTF_8))
        .u8(0)
        .raw(id.getBytes(StandardCharsets.UTF_8))
        .done();
  }

  /// The number at `offset` of a key.
  static long u64(byte[] key, int offset) {
    long v = 0;
    for (int i = 0; i < 8; i++) v = v << 8 | (key[offset + i] & 0xFF);
    return v;
  }

  static long u32(byte[] key, int offset) {
    long v = 0;
    for (int i = 0; i < 4; i++) v = v << 8 | (key[offset + i] & 0xFF);
    return v;
  }
}
