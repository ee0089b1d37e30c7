package org.posthorn.net.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Text in a response.
final class Field {
  private Field() {}

  /// A user name or password, or null if it is too long or not UTF-8.
  static String text(byte[] bytes) {
    return bytes.length > SaslServer.FIELD_MAX ? null : utf8(bytes);
  }

  /// The text, or null if it is not UTF-8.
  static String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
