package org.posthorn.mta.filter;

/// Makes what a judge says into text that can stand in a header, a reply or a log.
final class FieldText {
  static final int NAME_MAX = 76;

  /// Characters of one line (RFC 5322 §2.1.1).
  static final int LINE_MAX = 998;

  /// Where a line is folded that is too long, at the last blank before.
  private static final int FOLD_AT = 78;

  private static final int VALUE_MAX = 16 * 1024;

  private FieldText() {}

  /// Whether it can name a field (RFC 5322 §2.2).
  static boolean isName(String name) {
    return !name.isEmpty()
        && name.length() <= NAME_MAX
        && name.chars().allMatch(c -> c > ' ' && c <= '~' && c != ':');
  }

  /// A field without its last line end: printable ASCII, folded by CRLF, no line too long, no line
  /// of blanks alone. Null if that cannot be made of it.
  static String field(String name, String value) {
    if (!isName(name) || value.length() > VALUE_MAX) {
      return null;
    }
    StringBuilder field = new StringBuilder(name).append(':');
    boolean first = true;
    for (String line : value.split("\r\n|\n|\r", -1)) {
      String text = printable(line, VALUE_MAX).strip();
      if (text.isEmpty()) {
        continue;
      }
      field.append(first ? " " : "\r\n ");
      if (!fold(field, first ? name.length() + 2 : 1, text)) {
        return null;
      }
      first = false;
    }
    return first ? null : field.toString();
  }

  /// Appends a line, in pieces if it is too long; false if there is no blank to fold it at.
  private static boolean fold(StringBuilder field, int before, String line) {
    String rest = line;
    int column = before;
    while (column + rest.length() > LINE_MAX) {
      int blank = rest.lastIndexOf(' ', Math.max(1, FOLD_AT - column));
      if (blank <= 0) {
        blank = rest.indexOf(' ', 1);
      }
      if (blank <= 0 || column + blank > LINE_MAX) {
        return false;
      }
      field.append(rest, 0, blank).append("\r\n ");
      rest = rest.substring(blank + 1).stripLeading();
      column = 1;
    }
    field.append(rest);
    return true;
  }

  /// The same in printable ASCII, tabs as blanks, `?` for all else, not longer than `max`.
  static String printable(String text, int max) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length() && out.length() < max; i++) {
      char c = text.charAt(i);
      if (!Character.isLowSurrogate(c)) {
        out.append(c >= ' ' && c <= '~' ? c : c == '\t' ? ' ' : '?');
      }
    }
    return out.toString();
  }
}
