package org.posthorn.smtp;

/// What MAIL's BODY= says of the octets of a message.
public enum Body {
  SEVEN_BIT,
  /// RFC 6152
  EIGHT_BIT_MIME,
  /// RFC 3030 §3
  BINARY_MIME
}
