package org.posthorn.net.sasl;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// One text of a response.
final class Field {
  private Field() {}

  /// The text, or null if it is too long or not UTF-8.
  static String text(byte[] bytes) {
    if (bytes.length > SaslServer.FIELD_MAX) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
