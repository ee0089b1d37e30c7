package org.posthorn.mime;

import java.nio.charset.Charset;

/// How texts are compared: those that are equal are the same when folded, and they are in order
/// when their folded forms, in UTF-8, are (RFC 4790 §4). The one that tells least apart comes
/// first.
public enum Collation {
  /// RFC 5051.
  UNICODE_CASEMAP("i;unicode-casemap"),
  /// RFC 4790 §9.2: A to Z are a to z.
  ASCII_CASEMAP("i;ascii-casemap"),
  /// RFC 4790 §9.3.
  OCTET("i;octet");

  private final String id;

  Collation(String id) {
    this.id = id;
  }

  /// As the registry has it.
  public String id() {
    return id;
  }

  public String fold(String s) {
    return switch (this) {
      case UNICODE_CASEMAP -> FoldedText.of(s);
      case ASCII_CASEMAP -> FoldedText.ascii(s);
      case OCTET -> s;
    };
  }

  /// Text in a character set.
  String fold(byte[] octets, Charset charset) {
    return this == UNICODE_CASEMAP
        ? FoldedText.of(octets, charset)
        : fold(new String(octets, charset));
  }
}
