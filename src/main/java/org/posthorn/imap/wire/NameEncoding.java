package org.posthorn.imap.wire;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// How names of mailboxes travel in a session.
public enum NameEncoding {
  /// RFC 3501 §5.1.3, RFC 9051 §A.1.
  MODIFIED_UTF7("modified UTF-7") {
    @Override
    public String decode(byte[] wire) {
      return ModifiedUtf7.decode(wire);
    }

    @Override
    public byte[] encode(String name) {
      return ModifiedUtf7.encode(name);
    }
  },
  /// RFC 9051 §5.1, RFC 6855 §3: as they are.
  UTF8("UTF-8") {
    @Override
    public String decode(byte[] wire) {
      try {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(wire)).toString();
      } catch (CharacterCodingException e) {
        return null;
      }
    }

    @Override
    public byte[] encode(String name) {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  };

  private final String words;

  NameEncoding(String words) {
    this.words = words;
  }

  /// Null if these octets are no name.
  public abstract String decode(byte[] wire);

  public abstract byte[] encode(String name);

  /// As a person calls it.
  @Override
  public String toString() {
    return words;
  }
}
