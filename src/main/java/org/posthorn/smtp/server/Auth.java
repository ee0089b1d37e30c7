package org.posthorn.smtp.server;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.posthorn.net.LineTooLongException;
import org.posthorn.net.sasl.SaslLine;
import org.posthorn.net.sasl.SaslServer;
import org.posthorn.net.sasl.Step;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 4954 §4: logs in, by PLAIN or LOGIN.
///
/// @param initial the initial response in base64, "" if there is none
record Auth(String mechanism, String initial) implements Command {
  /// No mechanism has more steps than this.
  private static final int STEPS_MAX = 8;

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
    SaslServer exchange = SaslServer.of(mechanism);
    if (exchange == null) {
      throw new Refused(504, "5.5.4", "Mechanism not known");
    }
    if (!session.passwordsAreSafe()) {
      throw new Refused(538, "5.7.11", "Encryption required, use STARTTLS");
    }
    Step.Credentials credentials = converse(session, exchange);
    Backend.Login login =
        session
            .backend()
            .authenticate(
                session.client(),
                credentials.authzid(),
                credentials.authcid(),
                credentials.password());
    answer(session, credentials.authcid(), login);
  }

  private Step.Credentials converse(SmtpSession session, SaslServer exchange) throws IOException {
    Step step =
        initial.isEmpty()
            ? exchange.start()
            : exchange.step(
                response(SaslLine.initial(initial.getBytes(StandardCharsets.ISO_8859_1))));
    for (int i = 0; i < STEPS_MAX; i++) {
      switch (step) {
        case Step.Credentials c -> {
          return c;
        }
        case Step.Malformed m -> throw malformed();
        case Step.Challenge c -> {
          session.reply(Reply.plain(334, SaslLine.encode(c.data())));
          step = exchange.step(response(SaslLine.response(readLine(session))));
        }
      }
    }
    throw malformed();
  }

  private static byte[] readLine(SmtpSession session) throws IOException {
    try {
      byte[] line = session.connection().in().readLine(SmtpSession.AUTH_LINE_MAX);
      if (line == null) {
        throw new EOFException("end of stream within AUTH");
      }
      return line;
    } catch (LineTooLongException e) {
      throw new Refused(500, "5.5.6", "Authentication exchange line is too long");
    }
  }

  private static byte[] response(SaslLine line) {
    return switch (line) {
      case SaslLine.Response r -> r.data();
      case SaslLine.Cancelled c -> throw new Refused(501, "5.7.0", "Authentication cancelled");
      case SaslLine.Malformed m -> throw malformed();
    };
  }

  private static Refused malformed() {
    return new Refused(501, "5.5.2", "Malformed authentication response");
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
      case Backend.Login.TooMany t ->
          session.loginFailed(
              name,
              Reply.of(
                  454,
                  "4.7.0",
                  "Too many failures, try again in " + t.retryAfter().toSeconds() + " s"));
      case Backend.Login.Unavailable u ->
          session.reply(Reply.of(454, "4.7.0", "Login is not possible now, try again later"));
    }
  }
}
