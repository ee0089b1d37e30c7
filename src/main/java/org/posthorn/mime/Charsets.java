package org.posthorn.mime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Character sets under the names that mail uses for them.
public final class Charsets {
  private Charsets() {}

  /// The character set of that name, or null if it is unknown.
  public static Charset find(String name) {
    try {
      return name == null ? null : Charset.forName(name.strip());
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /// The octets as text if they are valid UTF-8, else null.
  static String utf8OrNull(byte[] b, int offset, int length) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(b, offset, length))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
