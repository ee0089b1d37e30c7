package org.posthorn.imap.wire;

import java.nio.charset.StandardCharsets;

/// RFC 3501 §5.1.3: how mailbox names travel. Decoding is strict: every name has exactly one
/// spelling.
public final class ModifiedUtf7 {
  private static final String DIGITS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,";

  private ModifiedUtf7() {}

  /// Null if `b` is not modified UTF-7.
  public static String decode(byte[] b) {
    var s = new StringBuilder(b.length);
    int i = 0;
    boolean afterShift = false;
    while (i < b.length) {
      int c = b[i++];
      if (c != '&') {
        if (c < 0x20 || c > 0x7e) {
          return null;
        }
        s.append((char) c);
        afterShift = false;
        continue;
      }
      if (i < b.length && b[i] == '-') {
        s.append('&');
        i++;
        afterShift = false;
        continue;
      }
      if (afterShift) {
        return null; // "&U,BTFw-&ZeVnLIqe-": a shift right after a shift is superfluous
      }
      i = shifted(b, i, s);
      if (i < 0) {
        return null;
      }
      afterShift = true;
    }
    return wellFormed(s) ? s.toString() : null;
  }

  /// Decodes from behind `&` up to and with `-`; the index behind it, or -1.
  private static int shifted(byte[] b, int from, StringBuilder s) {
    int bits = 0;
    int held = 0;
    for (int i = from; i < b.length; i++) {
      if (b[i] == '-') {
        // Left over may be only the zero bits that fill up the last digit.
        return i > from && held < 6 && (bits & ((1 << held) - 1)) == 0 ? i + 1 : -1;
      }
      int digit = DIGITS.indexOf(b[i]);
      if (digit < 0) {
        return -1;
      }
      bits = bits << 6 | digit;
      held += 6;
      if (held >= 16) {
        held -= 16;
        char c = (char) (bits >>> held);
        if (c >= 0x20 && c <= 0x7e) {
          return -1; // printable US-ASCII stands for itself
        }
        s.append(c);
        bits &= (1 << held) - 1;
      }
    }
    return -1;
  }

  private static boolean wellFormed(CharSequence s) {
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < s.length()
          && Character.isLowSurrogate(s.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  public static byte[] encode(String name) {
    var s = new StringBuilder(name.length() + 16);
    int i = 0;
    while (i < name.length()) {
      char c = name.charAt(i);
      if (c == '&') {
        s.append("&-");
        i++;
      } else if (c >= 0x20 && c <= 0x7e) {
        s.append(c);
        i++;
      } else {
        i = shift(name, i, s);
      }
    }
    return s.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static int shift(String name, int from, StringBuilder s) {
    s.append('&');
    int bits = 0;
    int held = 0;
    int i = from;
    for (; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c >= 0x20 && c <= 0x7e) {
        break;
      }
      bits = bits << 16 | c;
      held += 16;
      while (held >= 6) {
        held -= 6;
        s.append(DIGITS.charAt(bits >>> held & 63));
      }
      bits &= (1 << held) - 1;
    }
    if (held > 0) {
      s.append(DIGITS.charAt(bits << (6 - held) & 63));
    }
    s.append('-');
    return i;
  }
}
