package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.1: a client that knows no extensions.
record Helo(String name) implements Command {
  static Helo parse(String argument) {
    return new Helo(Ehlo.name(argument, "HELO"));
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.greeted(name, false);
    session.reply(Reply.plain(250, session.config().hostname()));
  }
}
