package org.posthorn.imap.wire;

/// Which octets tokens are made of (RFC 3501 §9).
final class CharClass {
  private CharClass() {}

  static boolean isAtom(int c) {
    return c > 0x20
        && c < 0x7f
        && switch (c) {
          case '(', ')', '{', '%', '*', '"', '\\', ']' -> false;
          default -> true;
        };
  }

  static boolean isAstring(int c) {
    return c == ']' || isAtom(c);
  }

  static boolean isList(int c) {
    return c == '%' || c == '*' || isAstring(c);
  }

  static boolean isItem(byte c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.';
  }

  /// Octets above 0x7f are let pass: user names, passwords and search strings in UTF-8.
  static boolean isText(byte c) {
    return c != 0 && c != '\r';
  }

  static int upper(byte c) {
    return c >= 'a' && c <= 'z' ? c - 32 : c;
  }
}
