package org.posthorn.pop3;

import java.io.IOException;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.SaslDialogue;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslServer;
import org.posthorn.net.sasl.Step;

/// RFC 5034 §4. Without an argument it lists the mechanisms, which some mail programs ask for
/// though only drafts had it.
///
/// @param mechanism null for the list
/// @param initial the initial response in base64, or null
record Auth(String mechanism, String initial) implements Command {
  static Auth parse(Verb.Words words) {
    String[] w = words.split(0, 2);
    return new Auth(w.length > 0 ? w[0] : null, w.length > 1 ? w[1] : null);
  }

  @Override
  public void run(Pop3Session session) throws IOException {
    if (mechanism == null) {
      list(session);
      return;
    }
    session.requireSafePassword();
    SaslServer exchange = SaslServer.of(mechanism);
    if (exchange == null) {
      throw Refusal.of("unknown mechanism");
    }
    Step.Credentials c = converse(session, exchange);
    if (!c.authzid().isEmpty() && !c.authzid().equalsIgnoreCase(c.authcid())) {
      throw Refusal.auth("nobody acts for another here");
    }
    session.login(c.authcid(), c.password());
  }

  private static void list(Pop3Session session) throws IOException {
    session.reply("+OK mechanisms follow");
    if (session.passwordsAreSafe()) {
      for (String m : SaslServer.MECHANISMS) {
        session.reply(m);
      }
    }
    session.reply(".");
  }

  private Step.Credentials converse(Pop3Session session, SaslServer exchange) throws IOException {
    return switch (SaslDialogue.hold(exchange, initial, challenge -> ask(session, challenge))) {
      case SaslDialogue.End.Said said -> said.credentials();
      case SaslDialogue.End.Cancelled _ -> throw Refusal.of("authentication cancelled");
      case SaslDialogue.End.Malformed _ -> throw Refusal.of("malformed response");
    };
  }

  private static byte[] ask(Pop3Session session, String challenge) throws IOException {
    session.reply("+ " + challenge);
    try {
      return session.connection().in().readLine(SaslLine.LINE_MAX);
    } catch (LineTooLongException e) {
      throw Refusal.of("response too long");
    }
  }

  @Override
  public String toString() {
    return "Auth[" + mechanism + "]"; // the response holds a password
  }
}
