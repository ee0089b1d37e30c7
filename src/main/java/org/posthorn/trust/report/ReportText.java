package org.posthorn.trust.report;

/// Texts of strangers, for people.
final class ReportText {
  private ReportText() {}

  /// The character, or a question mark for one that a terminal or a log would obey.
  static char clean(char c) {
    if (c == '\n' || c == '\r' || c == '\t') {
      return ' ';
    }
    boolean obeyed =
        Character.isISOControl(c)
            || Character.isSurrogate(c)
            || Character.getType(c) == Character.FORMAT
            || c == '\u2028'
            || c == '\u2029';
    return obeyed ? '?' : c;
  }

  static String clean(String text, int max) {
    var clean = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), max); i++) {
      clean.append(clean(text.charAt(i)));
    }
    return clean.toString().strip();
  }
}
