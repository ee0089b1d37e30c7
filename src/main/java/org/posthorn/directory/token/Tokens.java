package org.posthorn.directory.token;

import org.posthorn.net.sasl.TokenHints;

/// Judges bearer tokens. Any thread may call; it may wait for the network.
public sealed interface Tokens permits JwtTokens, IntrospectedTokens {
  /// The longest token, in octets.
  int TOKEN_MAX = org.posthorn.net.sasl.SaslServer.RESPONSE_MAX;

  Checked check(String token);

  TokenHints hints();
}
