package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.4: receives the message and has it delivered. The reply is sent when it is.
record Data() implements Command {
  static Data parse(String argument) {
    SmtpSession.requireNoArgument("DATA", argument);
    return new Data();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    MailTransaction transaction = session.transaction();
    if (transaction.binary()) {
      throw new Refused(503, "5.5.1", "BODY=BINARYMIME needs BDAT"); // RFC 3030 §3
    }
    Reply no = transaction.begin(BodyReception.Framing.DATA);
    if (no != null) {
      session.endTransaction();
      throw new Refused(no);
    }
    session.reply(Reply.plain(354, "End with <CRLF>.<CRLF>"));
    BodyReception text = transaction.text();
    session.receive(text, () -> read(text));
    if (!text.ended()) {
      // The peer is gone, or told to go: nothing is left of the message.
      session.endTransaction();
      session.replyAndClose(text.overflowed() ? session.config().tooBig() : null);
      return;
    }
    Reply fault = text.fault();
    if (fault == null) {
      session.deliver();
    } else {
      session.refuseMessage(fault);
    }
  }

  private static boolean read(BodyReception text) throws IOException {
    text.readData();
    return text.ended();
  }
}
