package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.Judge;
import org.posthorn.net.sasl.SaslDialogue;
import org.posthorn.net.sasl.SaslServer;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 4954 §4: logs in.
///
/// @param initial the initial response in base64, "" if there is none
record Auth(String mechanism, String initial) implements Command {
  static Auth parse(String argument) {
    String[] words = argument.split(" +", -1);
    if (argument.isEmpty() || words.length > 2) {
      throw new Refused(501, "5.5.4", "Syntax: AUTH mechanism [initial-response]");
    }
    return new Auth(words[0], words.length == 2 ? words[1] : "");
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    if (session.authenticated()) {
      throw new Refused(503, "5.5.1", "Logged in already"); // RFC 4954 §4
    }
    if (!session.passwordsAreSafe()) {
      // Also SCRAM: what crosses in clear is enough to try passwords on at leisure (RFC 5802 §9)
      throw new Refused(538, "5.7.11", "Encryption required, use STARTTLS");
    }
    SaslServer exchange = session.offer().begin(mechanism);
    if (exchange == null) {
      throw new Refused(504, "5.5.4", "Mechanism not known");
    }
    String first = initial.isEmpty() ? null : initial;
    switch (SaslDialogue.hold(exchange, first, judge(session), c -> ask(session, c))) {
      case SaslDialogue.End.Judged<Backend.Login> j ->
          answer(session, j.claim().who(), j.judgement());
      case SaslDialogue.End.Refused<Backend.Login> _ ->
          session.loginFailed("", Reply.of(535, "5.7.8", "Channel binding does not fit"));
      case SaslDialogue.End.Cancelled<Backend.Login> _ ->
          throw new Refused(501, "5.7.0", "Authentication cancelled");
      case SaslDialogue.End.Malformed<Backend.Login> _ ->
          throw new Refused(501, "5.5.2", "Malformed authentication response");
    }
  }

  private static Judge<Backend.Login> judge(SmtpSession session) {
    return new Judge<>() {
      @Override
      public ScramSecret secret(ScramHash hash, String name) {
        return session.backend().secret(hash, name);
      }

      @Override
      public Backend.Login judge(Claim claim) {
        return session.backend().authenticate(session.client(), claim);
      }
    };
  }

  private static byte[] ask(SmtpSession session, String challenge) throws IOException {
    session.reply(Reply.plain(334, challenge));
    try {
      return session.connection().in().readLine(SmtpSession.AUTH_LINE_MAX);
    } catch (LineTooLongException e) {
      throw new Refused(500, "5.5.6", "Authentication exchange line is too long");
    }
  }

  private static void answer(SmtpSession session, String name, Backend.Login login)
      throws IOException {
    switch (login) {
      case Backend.Login.Ok ok -> {
        session.loggedIn(ok.identity());
        session.reply(Reply.of(235, "2.7.0", "Logged in"));
      }
      case Backend.Login.Refused r ->
          session.loginFailed(name, Reply.of(535, "5.7.8", "Wrong name or password"));
      case Backend.Login.InsufficientScope i ->
          session.loginFailed(name, Reply.of(535, "5.7.8", "The token is not for mail"));
      case Backend.Login.TooMany t ->
          session.loginFailed(
              name,
              Reply.of(
                  454,
                  "4.7.0",
                  "Too many failures, try again in "
                      + t.retryAfter().plusMillis(999).toSeconds()
                      + " s"));
      case Backend.Login.Unavailable u ->
          session.reply(Reply.of(454, "4.7.0", "Login is not possible now, try again later"));
    }
  }

  @Override
  public String toString() {
    return "Auth[" + mechanism + "]"; // the response holds a password
  }
}
