package org.posthorn.smtp.client;

import org.posthorn.net.TlsReport;

/// What came of opening a connection.
public sealed interface Opening {
  /// It takes mail. The caller closes it.
  record Ready(SmtpClient client) implements Opening {}

  /// It does not, and is closed.
  ///
  /// @param tls what TLS came to until then; null in clear
  record Ended(Heard heard, TlsReport tls) implements Opening {}
}
