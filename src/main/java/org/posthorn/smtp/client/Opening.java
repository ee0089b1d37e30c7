package org.posthorn.smtp.client;

/// What came of opening a connection.
public sealed interface Opening {
  /// It takes mail. The caller closes it.
  record Ready(SmtpClient client) implements Opening {}

  /// It does not, and is closed.
  record Ended(Heard heard) implements Opening {}
}
