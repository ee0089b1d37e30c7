package org.posthorn.mta.judge;

import java.nio.charset.StandardCharsets;
import org.posthorn.mime.VisibleText;

/// The field that tells the reader of a message what was found and why: `X-Posthorn-Verdict`, with
/// the action, the rule and the reasons. It stands among our own lines before the message, where no
/// sender can write.
public final class VerdictLine {
  static final String NAME = "X-Posthorn-Verdict";
  private static final String JUNK = "junk";

  /// Octets of the value; what is longer is cut.
  private static final int VALUE_MAX = 900;

  /// RFC 5322 §2.1.1.
  private static final int LINE_LENGTH = 78;

  private VerdictLine() {}

  /// The field with its line ends.
  public static byte[] of(Verdict verdict) {
    var value = new StringBuilder(verdict.action() == Verdict.Action.JUNK ? JUNK : "accept");
    value.append("; rule=").append(verdict.rule().replace(' ', '-'));
    for (String reason : verdict.reasons()) {
      value.append("; ").append(reason);
    }
    String text = VisibleText.ascii(value.toString()).strip();
    return fold(NAME + ": " + text.substring(0, Math.min(text.length(), VALUE_MAX)))
        .getBytes(StandardCharsets.US_ASCII);
  }

  /// Whether a message with these lines of ours before it is for Junk.
  public static boolean junk(byte[] head) {
    String lines = new String(head, StandardCharsets.ISO_8859_1);
    String field = NAME + ": " + JUNK + ";";
    return lines.startsWith(field) || lines.contains("\r\n" + field);
  }

  private static String fold(String field) {
    var out = new StringBuilder(field.length() + 16);
    int column = 0;
    for (String word : field.split(" +")) {
      if (column > 0 && column + 1 + word.length() > LINE_LENGTH) {
        out.append("\r\n\t");
        column = 1;
      } else if (column > 0) {
        out.append(' ');
        column++;
      }
      out.append(word);
      column += word.length();
    }
    return out.append("\r\n").toString();
  }
}
