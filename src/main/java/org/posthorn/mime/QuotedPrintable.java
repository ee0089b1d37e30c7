package org.posthorn.mime;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Encodes text as quoted-printable (RFC 2045 §6.7). Line ends are CRLF in and out; a bare CR or LF
/// is encoded.
final class QuotedPrintable {
  /// RFC 2045 §6.7 (5): 76 with the `=` of a soft line end.
  private static final int LINE_MAX = 75;

  private static final String HEX = "0123456789ABCDEF";

  private QuotedPrintable() {}

  static void encode(byte[] b, OutputStream out) throws IOException {
    var text = new StringBuilder(b.length + b.length / 8);
    int column = 0;
    for (int i = 0; i < b.length; i++) {
      boolean end = i + 1 < b.length && b[i] == '\r' && b[i + 1] == '\n';
      if (end) {
        text.append("\r\n");
        column = 0;
        i++;
        continue;
      }
      boolean last = i + 1 == b.length || b[i + 1] == '\r';
      boolean plain = isPlain(b[i], last);
      int width = plain ? 1 : 3;
      if (column + width > LINE_MAX) {
        text.append("=\r\n");
        column = 0;
      }
      if (plain) {
        text.append((char) b[i]);
      } else {
        text.append('=').append(HEX.charAt(b[i] >> 4 & 15)).append(HEX.charAt(b[i] & 15));
      }
      column += width;
    }
    out.write(text.toString().getBytes(StandardCharsets.US_ASCII));
  }

  /// White space at the end of a line would get lost.
  private static boolean isPlain(byte c, boolean last) {
    return c > ' ' && c <= '~' && c != '=' || (c == ' ' || c == '\t') && !last;
  }
}
