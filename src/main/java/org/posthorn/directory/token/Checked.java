package org.posthorn.directory.token;

/// How a token was judged.
public sealed interface Checked {
  /// @param address that the token names, as it is written there
  record Good(String address) implements Checked {}

  /// @param reason for the log; nothing of the token
  /// @param guess false if the issuer made the token once, so that it was not guessed
  record Bad(String reason, boolean guess) implements Checked {}

  /// The issuer's, and not for mail.
  record InsufficientScope() implements Checked {}

  /// Nobody can tell now.
  record Unknown(String reason) implements Checked {}
}
