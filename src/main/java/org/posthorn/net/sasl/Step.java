package org.posthorn.net.sasl;

/// What an exchange answers to a response.
public sealed interface Step {
  /// The server's next challenge, to be sent in base64.
  record Challenge(byte[] data) implements Step {}

  /// The client has said everything. An empty `authzid` means the identity of `authcid`.
  record Credentials(String authzid, String authcid, String password) implements Step {
    @Override
    public String toString() {
      return "Credentials[authzid=" + authzid + ", authcid=" + authcid + "]";
    }
  }

  /// The client broke the rules of the mechanism; the exchange is over.
  record Malformed(String reason) implements Step {}
}
