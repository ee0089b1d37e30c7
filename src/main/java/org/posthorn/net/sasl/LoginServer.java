package org.posthorn.net.sasl;

import java.nio.charset.StandardCharsets;

/// LOGIN (draft-murchison-sasl-login): user name, then password, each asked for. Old, but some mail
/// programs know nothing else. An initial response is the user name.
final class LoginServer implements SaslServer {
  private String user;
  private boolean over;

  @Override
  public String mechanism() {
    return "LOGIN";
  }

  @Override
  public Step start() {
    return challenge("Username:");
  }

  @Override
  public Step step(byte[] response) {
    if (over) {
      return new Step.Malformed("the exchange is over");
    }
    String text = Field.text(response);
    if (text == null || text.isEmpty() || text.indexOf('\0') >= 0) {
      over = true;
      return new Step.Malformed("empty, too long, or not text");
    }
    if (user == null) {
      user = text;
      return challenge("Password:");
    }
    over = true;
    return new Step.Claimed(new Claim.Password("", user, text));
  }

  private static Step challenge(String prompt) {
    return new Step.Challenge(prompt.getBytes(StandardCharsets.US_ASCII));
  }
}
