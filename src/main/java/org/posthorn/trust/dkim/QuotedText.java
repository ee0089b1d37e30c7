package org.posthorn.trust.dkim;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// dkim-quoted-printable (RFC 6376 §2.11, RFC 8616 §5).
final class QuotedText {
  private QuotedText() {}

  /// Null for null, and if it is wrong or decodes to what nobody can print.
  static String decode(String text) {
    if (text == null) {
      return null;
    }
    byte[] b = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(b.length);
    for (int i = 0; i < b.length; i++) {
      if (b[i] == '=') {
        int high = i + 2 < b.length ? Character.digit(b[i + 1], 16) : -1;
        int low = i + 2 < b.length ? Character.digit(b[i + 2], 16) : -1;
        if (high < 0 || low < 0) {
          return null;
        }
        out.write(high << 4 | low);
        i += 2;
      } else if (b[i] != ' ' && b[i] != '\t' && b[i] != '\r' && b[i] != '\n') {
        out.write(b[i]);
      }
    }
    String decoded = out.toString(StandardCharsets.UTF_8);
    boolean bad = decoded.chars().anyMatch(c -> Character.isISOControl(c) || c == '\ufffd');
    return bad ? null : decoded;
  }
}
