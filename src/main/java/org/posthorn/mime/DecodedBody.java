package org.posthorn.mime;

import java.io.IOException;
import java.io.InputStream;

/// The content of a part with its transfer encoding undone, as BINARY answers it. RFC 9051 §7.5.2,
/// RFC 3516 §4.3.
public final class DecodedBody {
  private DecodedBody() {}

  /// Whether the encoding is known. A multipart, and a message that is read in place, have none
  /// (RFC 2045 §6.4).
  public static boolean possible(Part p) {
    return !p.children().isEmpty() || TransferDecoder.knows(p.encoding());
  }

  /// @param raw the part's body as transferred; closed with the result
  public static InputStream open(InputStream raw, Part p) {
    if (!p.children().isEmpty()) {
      return raw;
    }
    InputStream decoded = TransferDecoder.decode(raw, p.encoding());
    // RFC 9051 §7.5.2, RFC 3516 §6: lines of text end with CRLF, whatever was encoded
    return p.text() ? new CrlfLines(decoded) : decoded;
  }

  /// Makes every line end CRLF.
  private static final class CrlfLines extends InputStream {
    private static final int BUFFER = 4096;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int pos;
    private int limit;
    private boolean afterCr;

    CrlfLines(InputStream in) {
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      if (len == 0) {
        return 0;
      }
      if (pos == limit) {
        pos = 0;
        limit = Math.max(0, in.read(buffer, 0, BUFFER));
        if (limit == 0) {
          return -1;
        }
      }
      int n = 0;
      while (n < len && pos < limit) {
        byte c = buffer[pos];
        if (c == '\n' && !afterCr) {
          b[off + n++] = '\r'; // the LF itself comes next, with the CR before it
          afterCr = true;
          continue;
        }
        afterCr = c == '\r';
        b[off + n++] = c;
        pos++;
      }
      return n;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
