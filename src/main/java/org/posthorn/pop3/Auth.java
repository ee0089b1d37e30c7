package org.posthorn.pop3;

import java.io.IOException;
import org.posthorn.directory.Login;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.SaslDialogue;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslServer;

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
    SaslServer exchange = session.offer().begin(mechanism);
    if (exchange == null) {
      throw Refusal.of("unknown mechanism");
    }
    switch (SaslDialogue.hold(exchange, initial, session.judge(), c -> ask(session, c))) {
      case SaslDialogue.End.Judged<Login> j -> session.enter(j.claim().who(), j.judgement());
      case SaslDialogue.End.Refused<Login> _ -> throw session.refuseBinding();
      case SaslDialogue.End.Cancelled<Login> _ -> throw Refusal.of("authentication cancelled");
      case SaslDialogue.End.Malformed<Login> _ -> throw Refusal.of("malformed response");
    }
  }

  private static void list(Pop3Session session) throws IOException {
    session.reply("+OK mechanisms follow");
    if (session.passwordsAreSafe()) {
      for (String m : session.offer().names()) {
        session.reply(m);
      }
    }
    session.reply(".");
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
