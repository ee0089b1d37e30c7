package org.posthorn.smtp.client;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;

/// AUTH as the client (RFC 4954): the best mechanism that both know.
final class Authentication {
  private static final int SUCCESS = 235;
  private static final int GO_ON = 334;

  private final Dialogue dialogue;
  private final Login login;
  private final Duration within;

  Authentication(Dialogue dialogue, Login login, Duration within) {
    this.dialogue = dialogue;
    this.login = login;
    this.within = within;
  }

  /// @throws GaveUp when it fails
  void run(Features features, boolean secure) throws GaveUp {
    Set<String> offered = features.mechanisms();
    if (!secure && !login.inClear()) {
      throw lacking("there is no TLS, and the password is not to go in clear");
    }
    RemoteReply last;
    if (offered.contains("SCRAM-SHA-256")) {
      last = scram();
    } else if (offered.contains("PLAIN")) {
      last = ask("AUTH PLAIN " + base64("\0" + login.user() + "\0" + login.password()));
    } else if (offered.contains("LOGIN")) {
      last = plainLogin();
    } else {
      throw lacking(
          offered.isEmpty()
              ? "the server knows no login"
              : "the server knows no login that we know: " + String.join(" ", offered));
    }
    if (last.code() != SUCCESS) {
      Dialogue.expect(Stage.AUTH, last, SUCCESS / 100);
      throw new GaveUp(new Heard.Answered(Stage.AUTH, last));
    }
  }

  private RemoteReply plainLogin() throws GaveUp {
    RemoteReply reply = ask("AUTH LOGIN");
    if (reply.code() == GO_ON) {
      reply = ask(base64(login.user()));
    }
    return reply.code() == GO_ON ? ask(base64(login.password())) : reply;
  }

  private RemoteReply scram() throws GaveUp {
    ScramClient scram = new ScramClient(login.user(), login.password());
    RemoteReply reply = ask("AUTH SCRAM-SHA-256 " + base64(scram.first()));
    if (reply.code() != GO_ON) {
      return reply;
    }
    String proof = scram.proof(challenge(reply));
    if (proof == null) {
      return giveUpExchange("the server's challenge makes no sense");
    }
    reply = ask(base64(proof));
    if (reply.code() != GO_ON) {
      return reply.code() == SUCCESS ? giveUpExchange("the server proved nothing") : reply;
    }
    if (!scram.confirms(challenge(reply))) {
      return giveUpExchange("the server does not know the password");
    }
    return ask("");
  }

  private RemoteReply giveUpExchange(String why) throws GaveUp {
    dialogue.end();
    throw new GaveUp(new Heard.Broken(Stage.AUTH, Heard.Cause.PROTOCOL, why));
  }

  private static String challenge(RemoteReply reply) {
    try {
      byte[] octets = Base64.getDecoder().decode(String.join("", reply.lines()));
      return new String(octets, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private RemoteReply ask(String line) throws GaveUp {
    return dialogue.ask(Stage.AUTH, line, within);
  }

  private static String base64(String s) {
    return Base64.getEncoder().encodeToString(s.getBytes(StandardCharsets.UTF_8));
  }

  private static GaveUp lacking(String why) {
    return new GaveUp(new Heard.Broken(Stage.AUTH, Heard.Cause.NOT_OFFERED, why));
  }
}
