package org.posthorn.net.sasl;

import java.util.Arrays;

/// PLAIN, RFC 4616: one response, `[authzid] NUL authcid NUL passwd`, all UTF-8.
final class PlainServer implements SaslServer {
  private static final byte[] EMPTY = {};

  private boolean over;

  @Override
  public String mechanism() {
    return "PLAIN";
  }

  @Override
  public Step start() {
    return new Step.Challenge(EMPTY); // RFC 4422 §5.1: the client speaks first
  }

  @Override
  public Step step(byte[] response) {
    if (over) {
      return new Step.Malformed("the exchange is over");
    }
    over = true;
    if (response.length > RESPONSE_MAX) {
      return new Step.Malformed("response too long");
    }
    int first = indexOfNul(response, 0);
    int second = first < 0 ? -1 : indexOfNul(response, first + 1);
    if (second < 0 || indexOfNul(response, second + 1) >= 0) {
      return new Step.Malformed("expected two NULs"); // RFC 4616 §2
    }
    String authzid = Field.text(Arrays.copyOfRange(response, 0, first));
    String authcid = Field.text(Arrays.copyOfRange(response, first + 1, second));
    String password = Field.text(Arrays.copyOfRange(response, second + 1, response.length));
    if (authzid == null || authcid == null || password == null) {
      return new Step.Malformed("too long, or not UTF-8");
    }
    if (authcid.isEmpty() || password.isEmpty()) {
      return new Step.Malformed("empty user name or password"); // RFC 4616 §2: 1*SAFE
    }
    return new Step.Claimed(new Claim.Password(authzid, authcid, password));
  }

  private static int indexOfNul(byte[] bytes, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == 0) {
        return i;
      }
    }
    return -1;
  }
}
