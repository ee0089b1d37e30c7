package org.posthorn.pop3;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslServer;
import org.posthorn.net.sasl.Step;

/// RFC 5034 §4. Without an argument it lists the mechanisms, which some mail programs ask for
/// though only drafts had it.
///
/// @param mechanism null for the list
/// @param initial the initial response in base64, or null
record Auth(String mechanism, String initial) implements Command {
  /// No mechanism has more steps than this.
  private static final int STEPS_MAX = 8;

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
    Step step =
        initial == null
            ? exchange.start()
            : exchange.step(
                response(SaslLine.initial(initial.getBytes(StandardCharsets.ISO_8859_1))));
    for (int i = 0; i < STEPS_MAX; i++) {
      switch (step) {
        case Step.Credentials c -> {
          return c;
        }
        case Step.Malformed m -> throw Refusal.of("malformed response");
        case Step.Challenge c -> {
          session.reply("+ " + SaslLine.encode(c.data()));
          step = exchange.step(response(SaslLine.response(readLine(session))));
        }
      }
    }
    throw Refusal.of("malformed response");
  }

  private static byte[] readLine(Pop3Session session) throws IOException {
    try {
      byte[] line = session.connection().in().readLine(SaslLine.LINE_MAX);
      if (line == null) {
        throw new EOFException("end of stream within AUTH");
      }
      return line;
    } catch (LineTooLongException e) {
      throw Refusal.of("response too long");
    }
  }

  private static byte[] response(SaslLine line) {
    return switch (line) {
      case SaslLine.Response r -> r.data();
      case SaslLine.Cancelled c -> throw Refusal.of("authentication cancelled");
      case SaslLine.Malformed m -> throw Refusal.of("malformed response");
    };
  }

  @Override
  public String toString() {
    return "Auth[" + mechanism + "]"; // the response holds a password
  }
}
