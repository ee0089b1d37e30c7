package org.posthorn.imap.command;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.posthorn.imap.wire.ImapWriter;

/// Octets of an answer as they are known before it is written.
///
/// @param bytes null if they are too many to hold
/// @param size -1 if there is no such part
/// @param nul whether there is a NUL among them
record Octets(byte[] bytes, long size, boolean nul) {
  private static final int PIECE = 8 * 1024;

  static final Octets NO_PART = new Octets(null, -1, false);

  static Octets of(byte[] b) {
    return new Octets(b, b.length, false);
  }

  /// Reads a stream, so that the size is known, and whether there is a NUL.
  ///
  /// @param from octets that are passed over
  /// @param count octets that are wanted at most
  /// @param hold keep them if they are no more than this
  static Octets read(InputStream in, long from, long count, int hold) throws IOException {
    if (!skip(in, from)) {
      return of(new byte[0]);
    }
    var kept = new ByteArrayOutputStream(Math.min(hold, 1024));
    byte[] b = new byte[PIECE];
    long size = 0;
    boolean nul = false;
    while (size < count) {
      int n = in.read(b, 0, (int) Math.min(b.length, count - size));
      if (n < 0) {
        break;
      }
      nul = nul || hasNul(b, n);
      size += n;
      if (size <= hold) {
        kept.write(b, 0, n);
      }
    }
    return new Octets(size <= hold ? kept.toByteArray() : null, size, nul);
  }

  /// Passes `n` octets; false if there are fewer.
  static boolean skip(InputStream in, long n) throws IOException {
    byte[] b = n > 0 ? new byte[PIECE] : null;
    for (long left = n; left > 0; ) {
      int k = in.read(b, 0, (int) Math.min(b.length, left));
      if (k < 0) {
        return false;
      }
      left -= k;
    }
    return true;
  }

  private static boolean hasNul(byte[] b, int n) {
    for (int i = 0; i < n; i++) {
      if (b[i] == 0) {
        return true;
      }
    }
    return false;
  }

  /// Writes the announcement of the literal that carries them.
  void announce(ImapWriter out) throws IOException {
    if (nul) {
      out.literal8(size); // RFC 3516 §4.3: a string cannot carry NUL
    } else {
      out.literal(size);
    }
  }
}
