package org.posthorn.mime;

/// Text of strangers for people, on terminals, in logs, headers and reports: nothing in it ends the
/// line, moves a cursor, or turns the writing around. Cheap where there is nothing to do.
public final class VisibleText {
  private static final char ODD = '?';

  private VisibleText() {}

  /// Whether it can be seen, or is a space.
  public static boolean isVisible(int c) {
    if (c < 0x7f) {
      return c >= ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /// The code point; a space for a tab or line end, `?` for what cannot be seen.
  public static int shown(int c) {
    if (isVisible(c)) {
      return c;
    }
    return c == '\t' || c == '\r' || c == '\n' ? ' ' : ODD;
  }

  /// The text with each code point as [#shown].
  public static String of(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~') {
        return replaced(text, i);
      }
    }
    return text;
  }

  private static String replaced(String text, int from) {
    var out = new StringBuilder(text.length()).append(text, 0, from);
    text.substring(from).codePoints().forEach(c -> out.appendCodePoint(shown(c)));
    return out.toString();
  }

  /// The same in printable ASCII: `?` for each character that is not.
  public static String ascii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) > '~') {
        var out = new StringBuilder(text);
        for (int n = i; n < out.length(); n++) {
          int c = shown(out.charAt(n));
          out.setCharAt(n, c > '~' ? ODD : (char) c);
        }
        return out.toString();
      }
    }
    return text;
  }
}
