package org.posthorn.imap.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;

/// Text of a command.
final class StrictText {
  private StrictText() {}

  /// @throws CommandException if the octets are not all of them characters of the charset
  static String of(byte[] b, Charset charset) {
    try {
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(b))
          .toString();
    } catch (CharacterCodingException e) {
      throw CommandException.bad("String is not valid " + charset.name());
    }
  }
}
