package org.posthorn.smtp.server;

import java.io.IOException;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Refused;

/// RFC 1985 §5: the host that a domain's mail waits for is there again. Nothing is told to the
/// client but that; the mail goes where it always goes.
record Etrn(String domain) implements Command {
  static Etrn parse(String argument) {
    if (argument.isEmpty() || argument.indexOf(' ') >= 0) {
      throw new Refused(501, "5.5.4", "Syntax: ETRN domain");
    }
    if (argument.startsWith("@") || argument.startsWith("#")) {
      // RFC 1985 §5.3 leaves both to us: domains are named one by one.
      throw new Refused(459, "4.7.1", "Only a domain can be started, not all below it or a queue");
    }
    String domain = EmailAddress.normalDomain(argument);
    if (domain == null || domain.startsWith("[")) {
      throw new Refused(501, "5.5.4", "Not a domain");
    }
    return new Etrn(domain);
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.reply(session.backend().startQueue(session.client(), domain));
  }
}
