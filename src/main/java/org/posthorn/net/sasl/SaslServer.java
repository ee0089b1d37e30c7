package org.posthorn.net.sasl;

import java.util.List;
import java.util.Locale;

/// The server's side of one exchange. Call [#start] if the client sent no initial response, then
/// [#step] with each response, until a step is not a challenge. One thread.
public sealed interface SaslServer permits PlainServer, LoginServer {
  /// The longest response an exchange takes, in octets.
  int RESPONSE_MAX = 4096;

  /// The longest user name or password, in octets.
  int FIELD_MAX = 1024;

  /// The mechanisms there are, as they are advertised.
  List<String> MECHANISMS = List.of("PLAIN", "LOGIN");

  /// A new exchange, or null if there is no such mechanism. Case does not matter.
  static SaslServer of(String mechanism) {
    return switch (mechanism.toUpperCase(Locale.ROOT)) {
      case "PLAIN" -> new PlainServer();
      case "LOGIN" -> new LoginServer();
      default -> null;
    };
  }

  String mechanism();

  /// The challenge for a client that sent no initial response.
  Step start();

  Step step(byte[] response);
}
