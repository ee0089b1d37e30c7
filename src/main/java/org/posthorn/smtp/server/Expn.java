package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Refused;

/// RFC 5321 §4.1.1.7: who gets what is sent there? Strangers learn nothing (RFC 5321 §7.3).
record Expn(String argument) implements Command {
  static Expn parse(String argument) {
    if (argument.isEmpty()) {
      throw new Refused(501, "5.5.4", "Syntax: EXPN address");
    }
    return new Expn(argument);
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    if (!session.authenticated()) {
      session.reply(Vrfy.NO_ANSWER);
      return;
    }
    Vrfy.Asked asked = Vrfy.Asked.parse(argument, session);
    asked.answer(session, session.backend().expand(session.client(), asked.address()));
  }
}
