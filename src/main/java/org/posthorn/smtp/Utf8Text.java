package org.posthorn.smtp;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads UTF-8 out of a command line, of which [CommandLine] keeps each octet as a character.
final class Utf8Text {
  private Utf8Text() {}

  static boolean isAscii(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) > 0x7e) {
        return false;
      }
    }
    return true;
  }

  /// The text that the octets are in UTF-8 (RFC 3629), or null: overlong forms, surrogates and
  /// whatever else is malformed, and control characters and line separators, for which an address
  /// has no use and which logs and headers must not get.
  static String decode(String octets) {
    if (isAscii(octets)) {
      return octets;
    }
    byte[] b = octets.getBytes(StandardCharsets.ISO_8859_1);
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(b)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
    return text.codePoints().allMatch(Utf8Text::isText) ? text : null;
  }

  static boolean isText(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
