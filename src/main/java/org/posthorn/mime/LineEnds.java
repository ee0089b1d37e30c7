package org.posthorn.mime;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Makes every line end CRLF: a bare LF becomes one, a bare CR is content.
public final class LineEnds extends FilterOutputStream {
  private static final byte[] CRLF = {'\r', '\n'};

  private byte last;

  public LineEnds(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] b, int off, int len) throws IOException {
    int from = off;
    int to = off + len;
    for (int i = off; i < to; i++) {
      byte c = b[i];
      if (c == '\n' && last != '\r') {
        out.write(b, from, i - from);
        out.write(CRLF, 0, 2);
        from = i + 1;
      }
      last = c;
    }
    out.write(b, from, to - from);
  }

  /// Octets that stay as they are.
  void verbatim(byte[] b, int off, int len) throws IOException {
    out.write(b, off, len);
    last = 0;
  }
}
