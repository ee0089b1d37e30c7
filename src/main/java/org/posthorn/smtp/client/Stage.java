package org.posthorn.smtp.client;

/// How far a delivery had come.
public enum Stage {
  DIAL,
  /// The handshake of implicit TLS, or behind STARTTLS.
  TLS,
  BANNER,
  /// EHLO, and HELO behind it.
  HELLO,
  STARTTLS,
  AUTH,
  MAIL,
  RCPT,
  DATA,
  /// Between the reply to DATA and the final dot, or within BDAT.
  BODY,
  /// Behind the final dot, or the last BDAT: the message may or may not have been taken.
  END
}
