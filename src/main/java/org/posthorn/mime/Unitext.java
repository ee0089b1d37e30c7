package org.posthorn.mime;

/// The 7-bit form of an address with other letters, `\x{HEX}` for each of them (RFC 6533 §3).
public final class Unitext {
  private static final int HEX_MAX = 6;

  private Unitext() {}

  /// In printable ASCII without the characters that ORCPT forbids.
  public static String encode(String address) {
    var out = new StringBuilder(address.length());
    address
        .codePoints()
        .forEach(c -> {
          if (c > ' ' && c < 0x7f && c != '\\' && c != '+' && c != '=') {
            out.append((char) c);
          } else {
            out.append(String.format("\\x{%02X}", c));
          }
        });
    return out.toString();
  }

  /// With its letters. What is no such form stays as it is.
  public static String decode(String text) {
    var out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      int end = text.startsWith("\\x{", i) ? text.indexOf('}', i) : -1;
      int c = end < 0 ? -1 : codePoint(text, i + 3, end);
      if (c < 0) {
        out.append(text.charAt(i));
      } else {
        out.appendCodePoint(c);
        i = end;
      }
    }
    return out.toString();
  }

  /// -1 if it is none that may stand so.
  private static int codePoint(String s, int from, int to) {
    if (to - from < 2 || to - from > HEX_MAX) {
      return -1;
    }
    int c = 0;
    for (int i = from; i < to; i++) {
      int digit = s.charAt(i) < 0x80 ? Character.digit(s.charAt(i), 16) : -1;
      if (digit < 0) {
        return -1;
      }
      c = 16 * c + digit;
    }
    boolean surrogate = c >= 0xd800 && c <= 0xdfff;
    boolean plain = c < 0x80 && c != ' ' && c != '\\' && c != '+' && c != '=';
    return surrogate || plain || c > Character.MAX_CODE_POINT ? -1 : c;
  }
}
