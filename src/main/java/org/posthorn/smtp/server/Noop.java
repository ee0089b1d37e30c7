package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.9. An argument is ignored.
record Noop() implements Command {
  static Noop parse(String argument) {
    return new Noop();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.reply(Reply.ok("Nothing done"));
  }
}
