package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.5: forgets the mail transaction.
record Rset() implements Command {
  static Rset parse(String argument) {
    SmtpSession.requireNoArgument("RSET", argument);
    return new Rset();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.endTransaction();
    session.reply(Reply.ok("Forgotten"));
  }
}
