package org.posthorn.smtp.client;

import java.io.IOException;
import java.io.InputStream;

/// A message as it goes over the wire: every line ends with CRLF, the last one too, and no CR or LF
/// stands alone, whatever the message held (RFC 5321 §2.3.8). Servers that disagree about what ends
/// a line then have nothing to disagree about. One thread.
final class WireText {
  private static final int BUFFER = 16 * 1024;

  private final InputStream from;
  private final boolean dots;
  private final byte[] buffer = new byte[BUFFER];
  private int pos;
  private int limit;
  private boolean atLineStart = true;
  private boolean afterCr; // its line end was written: a LF now belongs to it
  private int pending = -1; // an octet that did not fit
  private boolean ended;

  /// @param dots whether a dot at the start of a line is doubled (RFC 5321 §4.5.2)
  WireText(InputStream from, boolean dots) {
    this.from = from;
    this.dots = dots;
  }

  /// Fills `b` as far as the message goes.
  ///
  /// @return how many octets
  /// @throws IOException when the message cannot be read
  int fill(byte[] b) throws IOException {
    int n = 0;
    while (n < b.length) {
      if (pending >= 0) {
        b[n++] = (byte) pending;
        pending = -1;
      } else if (pos < limit || refill()) {
        n = take(b, n);
      } else if (!atLineStart) {
        atLineStart = true;
        b[n++] = '\r';
        pending = '\n';
      } else {
        break;
      }
    }
    return n;
  }

  /// Takes octets until there is no room, none left, or one is pending.
  private int take(byte[] b, int start) {
    int n = start;
    while (n < b.length && pos < limit && pending < 0) {
      byte c = buffer[pos++];
      boolean ofCr = afterCr && c == '\n';
      afterCr = c == '\r';
      if (ofCr) {
        continue;
      }
      if (c == '\r' || c == '\n') {
        b[n++] = '\r';
        pending = '\n';
        atLineStart = true;
      } else {
        if (c == '.' && atLineStart && dots) {
          pending = '.';
        }
        b[n++] = c;
        atLineStart = false;
      }
    }
    return n;
  }

  private boolean refill() throws IOException {
    if (!ended) {
      pos = 0;
      limit = Math.max(0, from.read(buffer, 0, BUFFER));
      ended = limit == 0;
    }
    return !ended;
  }

  /// Whether nothing is left.
  boolean atEnd() throws IOException {
    // What is left of a CRLF whose CR has been written is nothing.
    while (pending < 0 && (pos < limit || refill())) {
      if (!afterCr || buffer[pos] != '\n') {
        return false;
      }
      pos++;
      afterCr = false;
    }
    return pending < 0 && atLineStart;
  }
}
