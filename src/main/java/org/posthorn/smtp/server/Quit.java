package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.10.
record Quit() implements Command {
  static Quit parse(String argument) {
    SmtpSession.requireNoArgument("QUIT", argument);
    return new Quit();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.endTransaction();
    session.replyAndClose(Reply.of(221, "2.0.0", session.config().hostname() + " says goodbye"));
  }
}
