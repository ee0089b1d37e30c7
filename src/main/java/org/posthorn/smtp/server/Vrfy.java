package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.PathParser;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.6: is this an address? Strangers learn nothing (RFC 5321 §7.3).
record Vrfy(String argument) implements Command {
  static final Reply NO_ANSWER =
      Reply.of(252, "2.0.0", "I do not say, but will try to deliver what you send");

  static Vrfy parse(String argument) {
    if (argument.isEmpty()) {
      throw new Refused(501, "5.5.4", "Syntax: VRFY address");
    }
    return new Vrfy(argument);
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    if (!session.authenticated()) {
      session.reply(NO_ANSWER);
      return;
    }
    session.reply(session.backend().verify(session.client(), address(argument)));
  }

  static EmailAddress address(String argument) {
    EmailAddress address = PathParser.parseMailbox(argument);
    if (address == null) {
      throw new Refused(501, "5.1.3", "Malformed address");
    }
    return address;
  }
}
