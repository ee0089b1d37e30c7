package org.posthorn.app.log;

import java.util.Locale;
import org.posthorn.mime.VisibleText;

/// Renders one event as one line of `key=value` pairs. Whatever a value holds, the line stays one
/// line of printable text: line ends, escape sequences and direction marks come out as escapes.
///
/// Not thread safe; one instance per line.
final class Logfmt {
  /// Longest value in characters; the rest is cut and `…` marks the cut.
  static final int VALUE_MAX = 512;

  /// Longest value of a stack trace.
  static final int TRACE_MAX = 4_096;

  /// Longest line in characters. Pairs that come after are left out.
  static final int LINE_MAX = 8_192;

  private static final char CUT = '…';

  private final StringBuilder line = new StringBuilder(160);

  Logfmt pair(String key, Object value) {
    return pair(key, value, VALUE_MAX);
  }

  Logfmt pair(String key, Object value, int max) {
    if (line.length() >= LINE_MAX) {
      return this;
    }
    if (!line.isEmpty()) {
      line.append(' ');
    }
    key(key);
    line.append('=');
    value(String.valueOf(value), max);
    return this;
  }

  /// The line with its line end.
  String line() {
    return line + "\n";
  }

  /// The text as it stands behind the `=` of a pair.
  static String quoted(String text) {
    Logfmt one = new Logfmt();
    one.value(text, VALUE_MAX);
    return one.line.toString();
  }

  private void key(String key) {
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      boolean plain = c > ' ' && c < 0x7f && c != '=' && c != '"';
      line.append(plain ? c : '_');
    }
  }

  private void value(String text, int max) {
    int end = Math.min(text.length(), max);
    if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    boolean cut = end < text.length();
    if (!cut && isBare(text)) {
      line.append(text);
      return;
    }
    line.append('"');
    for (int i = 0; i < end; ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      character(c);
    }
    if (cut) {
      line.append(CUT);
    }
    line.append('"');
  }

  private void character(int c) {
    switch (c) {
      case '"' -> line.append("\\\"");
      case '\\' -> line.append("\\\\");
      case '\n' -> line.append("\\n");
      case '\r' -> line.append("\\r");
      case '\t' -> line.append("\\t");
      default -> {
        if (isPrintable(c)) {
          line.appendCodePoint(c);
        } else if (c <= 0xffff) {
          line.append("\\u").append(String.format(Locale.ROOT, "%04x", c));
        } else {
          line.append("\\U").append(String.format(Locale.ROOT, "%08x", c));
        }
      }
    }
  }

  private static boolean isBare(String text) {
    if (text.isEmpty()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  /// Of spaces there is one that looks like what it is.
  private static boolean isPrintable(int c) {
    return VisibleText.isVisible(c)
        && (c == ' ' || Character.getType(c) != Character.SPACE_SEPARATOR);
  }
}
