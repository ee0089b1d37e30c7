package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 3207. What the client sent before the handshake is dropped with the connection's buffer, and
/// everything it said is forgotten (§4.2): nobody in between can put commands into the session.
record StartTls() implements Command {
  static StartTls parse(String argument) {
    SmtpSession.requireNoArgument("STARTTLS", argument);
    return new StartTls();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    if (session.client().tls() != null) {
      throw new Refused(503, "5.5.1", "TLS is on already");
    }
    // RFC 3207 §4.2 wants the knowledge of the client discarded; a login in clear text stays out.
    if (session.authenticated()) {
      throw new Refused(503, "5.5.1", "Not after AUTH");
    }
    session.reply(Reply.of(220, "2.0.0", "Ready to start TLS"));
    session.startTls();
  }
}
