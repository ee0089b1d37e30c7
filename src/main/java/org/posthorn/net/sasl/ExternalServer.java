package org.posthorn.net.sasl;

import java.util.List;

/// EXTERNAL, RFC 4422 appendix A: the client is who its certificate says. One response, the
/// identity it wants to act as, or empty.
final class ExternalServer implements SaslServer {
  private static final byte[] EMPTY = {};

  private final List<String> addresses;
  private boolean over;

  /// @param addresses in the client's certificate
  ExternalServer(List<String> addresses) {
    this.addresses = addresses;
  }

  @Override
  public String mechanism() {
    return "EXTERNAL";
  }

  @Override
  public Step start() {
    return new Step.Challenge(EMPTY);
  }

  @Override
  public Step step(byte[] response) {
    if (over) {
      return new Step.Malformed("the exchange is over");
    }
    over = true;
    String authzid = Field.text(response);
    if (authzid == null || authzid.indexOf('\0') >= 0) {
      return new Step.Malformed("too long, or not text"); // RFC 4422 §A.1
    }
    return new Step.Claimed(new Claim.Certificate(authzid, addresses));
  }
}
