package org.posthorn.net.sasl;

/// What an exchange answers.
public sealed interface Step {
  /// The server's next challenge, to be sent in base64.
  record Challenge(byte[] data) implements Step {}

  /// Wants what is kept of a password: [SaslServer#secret] comes next.
  record WantsSecret(ScramHash hash, String name) implements Step {}

  /// The client has said everything: [SaslServer#judged] comes next.
  record Claimed(Claim claim) implements Step {}

  /// The exchange is over; what was judged stands.
  record Over() implements Step {}

  /// The exchange is over: whoever the client is, it must not get in like this.
  record Refused(String reason) implements Step {}

  /// The client broke the rules of the mechanism; the exchange is over.
  record Malformed(String reason) implements Step {}
}
