package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// A stream of octets made into 7-bit ones while it is read. A bare LF counts as a line end.
final class Recoding extends InputStream {
  /// How.
  enum Way {
    /// Nothing comes out.
    DROP,
    /// `?` for each 8-bit octet.
    MASK,
    /// RFC 2045 §6.7
    QUOTED_PRINTABLE,
    /// RFC 2045 §6.8
    BASE64,
    /// Only the 8-bit octets are encoded, for what is quoted-printable already.
    QUOTE_REST
  }

  private static final int LINE_MAX = 76; // RFC 2045 §6.7, §6.8
  private static final int BASE64_LINE = LINE_MAX / 4 * 3;
  private static final int READ = 4096;
  private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private final InputStream in;
  private final Way way;
  private final byte[] read = new byte[READ];
  private int pos;
  private int limit;
  private byte[] out = new byte[0];
  private int outPos;
  private int outLimit;
  private boolean ended;

  // Of quoted-printable.
  private int column;
  private int blank = -1; // a space or tab that may turn out to end its line
  private boolean cr; // one was read, and it is not known what follows

  private byte last; // of base64: the octet before

  Recoding(InputStream in, Way way) {
    this.in = in;
    this.way = way;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    while (outPos == outLimit) {
      if (ended) {
        return -1;
      }
      work();
    }
    int n = Math.min(len, outLimit - outPos);
    System.arraycopy(out, outPos, b, off, n);
    outPos += n;
    return n;
  }

  private boolean refill() throws IOException {
    pos = 0;
    limit = Math.max(0, in.read(read, 0, READ));
    return limit > 0;
  }

  private void put(int c) {
    out[outLimit++] = (byte) c;
  }

  private void work() throws IOException {
    outPos = 0;
    outLimit = 0;
    if (way == Way.BASE64) {
      base64();
      return;
    }
    if (out.length == 0) {
      out = new byte[8 * READ]; // an octet makes six at most: two escapes
    }
    if (!refill()) {
      ended = true;
      if (way == Way.QUOTED_PRINTABLE) {
        end();
      }
      return;
    }
    for (; pos < limit; pos++) {
      int c = read[pos] & 0xff;
      switch (way) {
        case MASK -> put(c < 0x80 ? c : '?');
        case QUOTE_REST -> {
          if (c < 0x80) {
            put(c);
          } else {
            escape(c);
          }
        }
        case QUOTED_PRINTABLE -> quote(c);
        case DROP, BASE64 -> {}
      }
    }
  }

  private void escape(int c) {
    put('=');
    put(HEX[c >> 4]);
    put(HEX[c & 0xf]);
  }

  private void quote(int c) {
    if (cr) {
      cr = false;
      if (c != '\n') {
        flushBlank(false);
        text(0x0d, true);
      }
    }
    if (c == '\n') {
      flushBlank(true);
      put('\r');
      put('\n');
      column = 0;
    } else if (c == '\r') {
      cr = true;
    } else {
      flushBlank(false);
      if (c == ' ' || c == '\t') {
        blank = c;
      } else {
        text(c, c < ' ' || c > '~' || c == '=');
      }
    }
  }

  private void flushBlank(boolean atLineEnd) {
    if (blank >= 0) {
      int c = blank;
      blank = -1;
      text(c, atLineEnd);
    }
  }

  private void text(int c, boolean escaped) {
    if (column + (escaped ? 3 : 1) > LINE_MAX - 1) {
      put('=');
      put('\r');
      put('\n');
      column = 0;
    }
    if (escaped) {
      escape(c);
      column += 3;
    } else {
      put(c);
      column++;
    }
  }

  private void end() {
    if (cr) {
      flushBlank(false);
      text(0x0d, true);
    }
    flushBlank(true);
  }

  private void base64() throws IOException {
    byte[] line = new byte[BASE64_LINE];
    int n = 0;
    while (n < line.length) {
      if (pos == limit && !refill()) {
        ended = true;
        break;
      }
      byte c = read[pos];
      if (c == '\n' && last != '\r') {
        last = '\r';
        line[n++] = '\r';
        continue; // the LF itself is next
      }
      last = c;
      pos++;
      line[n++] = c;
    }
    if (n == 0) {
      return;
    }
    byte[] octets = n == line.length ? line : Arrays.copyOf(line, n);
    byte[] text = Base64.getEncoder().encode(octets);
    out = Arrays.copyOf(text, text.length + 2);
    out[text.length] = '\r';
    out[text.length + 1] = '\n';
    outLimit = out.length;
  }
}
