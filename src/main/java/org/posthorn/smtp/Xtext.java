package org.posthorn.smtp;

import java.nio.charset.StandardCharsets;

/// The `xtext` of RFC 3461 §4, in which parameters carry what they could not hold as it is: `+` and
/// two hexadecimal digits stand for an octet. Only printable ASCII, spaces and tabs are carried,
/// which is all that the fields of a delivery status notification can hold (RFC 3461 §4.2, §4.4).
public final class Xtext {
  private static final String DIGITS = "0123456789ABCDEF";

  private Xtext() {}

  /// What the text stands for; null if it is no xtext, or stands for something that is not carried.
  public static String decode(String xtext) {
    var out = new StringBuilder(xtext.length());
    for (int i = 0; i < xtext.length(); i++) {
      char c = xtext.charAt(i);
      if (c == '+') {
        int high = i + 2 < xtext.length() ? DIGITS.indexOf(xtext.charAt(i + 1)) : -1;
        int low = i + 2 < xtext.length() ? DIGITS.indexOf(xtext.charAt(i + 2)) : -1;
        char carried = (char) (high << 4 | low);
        if (high < 0 || low < 0 || !isCarried(carried)) {
          return null;
        }
        out.append(carried);
        i += 2;
      } else if (c > ' ' && c <= '~' && c != '=') {
        out.append(c);
      } else {
        return null;
      }
    }
    return out.toString();
  }

  /// The xtext for printable ASCII; what is not becomes its UTF-8, octet by octet.
  public static String encode(String text) {
    var out = new StringBuilder(text.length());
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b <= '~' && b != '+' && b != '=') {
        out.append((char) b);
      } else {
        out.append('+').append(DIGITS.charAt(b >> 4 & 15)).append(DIGITS.charAt(b & 15));
      }
    }
    return out.toString();
  }

  static boolean isCarried(char c) {
    return c >= ' ' && c <= '~' || c == '\t';
  }
}
