package org.posthorn.trust.dkim;

import java.util.Arrays;

/// Gathers the canonical fields that a signature is made of (RFC 6376 §3.4.1, §3.4.2, §3.7).
final class SignedOctets {
  private byte[] buffer = new byte[2048];
  private int length;

  SignedOctets field(HeaderField f, Canonicalization c) {
    add(f.octets(), f.from(), f.nameEnd(), f.colon(), f.end(), c);
    return add('\r').add('\n');
  }

  /// The signature's own field, the last: the value of its `b=`, which lies between two places of
  /// its octets, counts as empty, and there is no line end.
  SignedOctets signature(HeaderField f, int bFrom, int bTo, Canonicalization c) {
    byte[] octets = f.octets();
    int head = bFrom - f.from();
    byte[] without = new byte[head + f.end() - bTo];
    System.arraycopy(octets, f.from(), without, 0, head);
    System.arraycopy(octets, bTo, without, head, f.end() - bTo);
    int nameEnd = f.nameEnd() - f.from();
    add(without, 0, nameEnd, f.colon() - f.from(), without.length, c);
    return this;
  }

  byte[] octets() {
    return Arrays.copyOf(buffer, length);
  }

  private void add(
      byte[] b, int from, int nameEnd, int colon, int end, Canonicalization canonicalization) {
    switch (canonicalization) {
      case SIMPLE -> {
        for (int i = from; i < end; i++) {
          add(b[i]);
        }
      }
      case RELAXED -> {
        for (int i = from; i < nameEnd; i++) {
          add(b[i] >= 'A' && b[i] <= 'Z' ? b[i] + 32 : b[i]);
        }
        add(':');
        relaxed(b, colon + 1, end);
      }
    }
  }

  private void relaxed(byte[] b, int from, int end) {
    boolean white = false;
    boolean begun = false;
    for (int i = from; i < end; i++) {
      byte c = b[i];
      boolean lineEnd = c == '\n' || c == '\r' && i + 1 < end && b[i + 1] == '\n';
      if (HeaderField.isWhite(c)) {
        white = true;
      } else if (!lineEnd) {
        if (white && begun) {
          add(' ');
        }
        white = false;
        begun = true;
        add(c);
      }
    }
  }

  private SignedOctets add(int octet) {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * length);
    }
    buffer[length++] = (byte) octet;
    return this;
  }
}
