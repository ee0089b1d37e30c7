package org.posthorn.mime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Collects IMAP syntax. RFC 3501 §9, RFC 9051 §9.
final class ImapBytes {
  /// Longer strings are literals: clients and proxies bound their lines.
  private static final int MAX_QUOTED = 1_000;

  private byte[] bytes = new byte[512];
  private int length;

  byte[] octets() {
    return Arrays.copyOf(bytes, length);
  }

  void ascii(String s) {
    put(s, s.length());
  }

  /// A quoted string of characters that need no care.
  void quoted(String s) {
    put('"');
    put(s, s.length());
    put('"');
  }

  /// The first `max` octets of `octets` (one char each): quoted, or a literal for 8-bit octets,
  /// line ends, and what is long. No string can hold a NUL, so it is left out.
  void string(String octets, int max) {
    String s = octets.indexOf('\0') < 0 ? octets : octets.replace("\0", "");
    int n = s.length() <= max ? s.length() : cut(s, max);
    if (n > MAX_QUOTED || !quotable(s, n)) {
      ascii("{" + n + "}\r\n");
      put(s, n);
      return;
    }
    put('"');
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c == '"' || c == '\\') {
        put('\\');
      }
      put(c);
    }
    put('"');
  }

  private static boolean quotable(String s, int n) {
    for (int i = 0; i < n; i++) {
      char c = s.charAt(i);
      if (c == '\r' || c == '\n' || c >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /// Not within a character of UTF-8, if it is that.
  private static int cut(String s, int max) {
    int n = max;
    while (n > max - 4 && n > 0 && (s.charAt(n) & 0xc0) == 0x80) {
      n--;
    }
    return n;
  }

  private void put(String s, int n) {
    reserve(n);
    for (int i = 0; i < n; i++) {
      bytes[length++] = (byte) s.charAt(i);
    }
  }

  private void put(char c) {
    reserve(1);
    bytes[length++] = (byte) c;
  }

  private void reserve(int n) {
    if (length + n > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + n));
    }
  }

  /// Text as one char an octet of its UTF-8.
  static String utf8(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        byte[] b = text.getBytes(StandardCharsets.UTF_8);
        return Octets.text(b, 0, b.length);
      }
    }
    return text;
  }
}
