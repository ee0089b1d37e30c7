package org.posthorn.directory;

import java.text.Normalizer;

/// SASLprep, RFC 4013: one form for all ways to type a password or a name, so that a client which
/// prepares it and one which does not log in alike.
///
/// Out of spec: characters that Unicode 3.2 did not know are let through, as what RFC 4013 §2.5
/// calls a query. A password may have been made of emoji.
public final class SaslPrep {
  private SaslPrep() {}

  /// The prepared string, or null if it holds what RFC 4013 forbids, or nothing is left of it.
  public static String prepare(String text) {
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints()
        .forEach(c -> {
          if (isSpace(c)) mapped.append(' ');
          else if (!isNothing(c)) mapped.appendCodePoint(c);
        });
    // RFC 4013 §2.2
    String normal = Normalizer.normalize(mapped, Normalizer.Form.NFKC);
    if (normal.isEmpty() || normal.codePoints().anyMatch(SaslPrep::isProhibited)) return null;
    return isOneWay(normal) ? normal : null;
  }

  // RFC 4013 §2.1, RFC 3454 §C.1.2
  private static boolean isSpace(int c) {
    return c == 0xA0
        || c == 0x1680
        || c >= 0x2000 && c <= 0x200B
        || c == 0x202F
        || c == 0x205F
        || c == 0x3000;
  }

  // RFC 4013 §2.1, RFC 3454 §B.1
  private static boolean isNothing(int c) {
    return c == 0xAD
        || c == 0x34F
        || c == 0x1806
        || c >= 0x180B && c <= 0x180D
        || c >= 0x200C && c <= 0x200D
        || c == 0x2060
        || c >= 0xFE00 && c <= 0xFE0F
        || c == 0xFEFF;
  }

  // RFC 4013 §2.3; the tables are those of RFC 3454
  private static boolean isProhibited(int c) {
    return isSpace(c) // C.1.2
        || Character.isISOControl(c) // C.2.1 and the first of C.2.2
        || isControl(c)
        || Character.getType(c) == Character.PRIVATE_USE // C.3
        || (c & 0xFFFE) == 0xFFFE // C.4
        || c >= 0xFDD0 && c <= 0xFDEF
        || c >= 0xD800 && c <= 0xDFFF // C.5
        || c == 0xFFFD // C.6, with what C.2.2 has of it
        || c >= 0x2FF0 && c <= 0x2FFB // C.7
        || c == 0x340 // C.8
        || c == 0x341
        || c == 0xE0001 // C.9
        || c >= 0xE0020 && c <= 0xE007F;
  }

  // C.2.2, and of C.8 what changes the direction
  private static boolean isControl(int c) {
    return c == 0x6DD
        || c == 0x70F
        || c == 0x180E
        || c >= 0x200E && c <= 0x200F
        || c >= 0x2028 && c <= 0x202E
        || c >= 0x2061 && c <= 0x2063
        || c >= 0x206A && c <= 0x206F
        || c >= 0xFFF9 && c <= 0xFFFC
        || c >= 0x1D173 && c <= 0x1D17A;
  }

  // RFC 4013 §2.4, RFC 3454 §6
  private static boolean isOneWay(String s) {
    if (s.codePoints().noneMatch(SaslPrep::isRightToLeft)) return true;
    return s.codePoints()
            .noneMatch(
                c -> Character.getDirectionality(c) == Character.DIRECTIONALITY_LEFT_TO_RIGHT)
        && isRightToLeft(s.codePointAt(0))
        && isRightToLeft(s.codePointBefore(s.length()));
  }

  private static boolean isRightToLeft(int c) {
    byte d = Character.getDirectionality(c);
    return d == Character.DIRECTIONALITY_RIGHT_TO_LEFT
        || d == Character.DIRECTIONALITY_RIGHT_TO_LEFT_ARABIC;
  }
}
