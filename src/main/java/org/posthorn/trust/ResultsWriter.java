package org.posthorn.trust;

import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.VisibleText;

/// Writes a header field of words, folded. What others have a hand in gets in as a value alone,
/// which is cleaned: printable ASCII, of bounded length, quoted if it must be.
final class ResultsWriter {
  /// RFC 5322 §2.1.1
  private static final int COLUMNS = 78;

  private static final int VALUE_MAX = 320;

  /// RFC 2045 §5.1
  private static final String SPECIALS = "()<>@,;:\\\"/[]?=";

  private final StringBuilder out;
  private int column;
  private boolean newLine;

  ResultsWriter(String start) {
    out = new StringBuilder(start);
    column = start.length();
  }

  /// The next word begins a line.
  void line() {
    newLine = true;
  }

  /// Without white space, but for that in quoted strings and comments, where it can be folded.
  void word(String word) {
    boolean first = true;
    for (String piece : word.split(" ")) {
      if (newLine || column + 1 + piece.length() > COLUMNS) {
        // Within a quoted string the space is a part of it.
        out.append("\r\n").append(first ? '\t' : ' ');
        column = 1;
      } else {
        out.append(' ');
        column++;
      }
      out.append(piece);
      column += piece.length();
      newLine = false;
      first = false;
    }
  }

  /// Octets so far.
  int length() {
    return out.length();
  }

  String end() {
    return out.append("\r\n").toString();
  }

  /// A token or a quoted string.
  static String value(String text) {
    String clean = clean(text);
    boolean token =
        !clean.isEmpty() && clean.chars().allMatch(c -> c != ' ' && SPECIALS.indexOf(c) < 0);
    return token ? clean : quoted(clean);
  }

  /// The same, or an address.
  static String propertyValue(String text) {
    String clean = clean(text);
    int at = clean.lastIndexOf('@');
    EmailAddress address =
        at == 0 ? EmailAddress.of("x", clean.substring(1)) : EmailAddress.parse(clean);
    if (at < 0 || address == null || address.isLiteral()) return value(clean);
    return at == 0 ? clean : address.toString();
  }

  static String quoted(String text) {
    return "\"" + clean(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  static String comment(String text) {
    String clean = clean(text);
    return "(" + clean.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ")";
  }

  private static String clean(String text) {
    var clean = new StringBuilder();
    for (int i = 0; i < text.length() && clean.length() < VALUE_MAX; i++) {
      int c = VisibleText.shown(text.charAt(i));
      if (c != ' ') {
        clean.append(c <= '~' ? (char) c : '?');
      } else if (!clean.isEmpty() && clean.charAt(clean.length() - 1) != ' ') {
        clean.append(' ');
      }
    }
    return clean.toString().strip();
  }
}
