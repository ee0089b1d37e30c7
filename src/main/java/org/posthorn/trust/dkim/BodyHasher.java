package org.posthorn.trust.dkim;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Hashes a body as it goes by (RFC 6376 §3.4.3, §3.4.4). Only CRLF ends a line.
final class BodyHasher {
  private static final int BUFFER = 8 * 1024;

  private final boolean relaxed;
  private final MessageDigest sha256 = sha256();
  private final byte[] out = new byte[BUFFER];
  private int filled;
  private long length;

  // What has been read and counts only if something comes behind it.
  private long lineEnds;
  private boolean white;
  private boolean cr;

  BodyHasher(Canonicalization canonicalization) {
    relaxed = canonicalization == Canonicalization.RELAXED;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }

  void update(byte[] b, int from, int to) {
    int i = from;
    while (i < to) {
      byte c = b[i++];
      if (cr) {
        cr = false;
        if (c == '\n') {
          white = false;
          lineEnds++;
          continue;
        }
        flush();
        write((byte) '\r');
      }
      if (c == '\r') {
        cr = true;
      } else if (relaxed && HeaderField.isWhite(c)) {
        white = true;
      } else {
        flush();
        int run = i;
        while (run < to && b[run] != '\r' && !(relaxed && HeaderField.isWhite(b[run]))) {
          run++;
        }
        write(b, i - 1, run);
        i = run;
      }
    }
  }

  /// Once, at the end.
  BodyHash finish() {
    if (cr) {
      flush();
      write((byte) '\r');
    }
    if (!relaxed || length > 0) {
      write((byte) '\r');
      write((byte) '\n');
    }
    sha256.update(out, 0, filled);
    return new BodyHash(sha256.digest(), length);
  }

  private void flush() {
    for (; lineEnds > 0; lineEnds--) {
      write((byte) '\r');
      write((byte) '\n');
    }
    if (white) {
      write((byte) ' ');
      white = false;
    }
  }

  private void write(byte c) {
    if (filled == BUFFER) {
      sha256.update(out, 0, filled);
      filled = 0;
    }
    out[filled++] = c;
    length++;
  }

  private void write(byte[] b, int from, int to) {
    int n = to - from;
    if (n > BUFFER - filled) {
      sha256.update(out, 0, filled);
      filled = 0;
    }
    if (n > BUFFER) {
      sha256.update(b, from, n);
    } else {
      System.arraycopy(b, from, out, filled, n);
      filled += n;
    }
    length += n;
  }
}
