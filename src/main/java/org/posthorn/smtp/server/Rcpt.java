package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.Set;
import org.posthorn.smtp.DsnParameters;
import org.posthorn.smtp.Parameters;
import org.posthorn.smtp.PathParser;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Refused;

/// RFC 5321 §4.1.1.3: names one recipient. Whatever can be refused is refused here.
record Rcpt(PathParser.Forward to) implements Command {
  private static final Set<String> WITH_DSN = Set.of("NOTIFY", "ORCPT");

  static Rcpt parse(String argument) {
    return new Rcpt(PathParser.parseForward(argument));
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    MailTransaction transaction = session.transaction();
    Parameters parameters = to.parameters();
    parameters.allow(session.offers(Feature.DSN) ? WITH_DSN : Set.of());
    if (to.utf8() && !transaction.utf8()) {
      throw new Refused(553, "5.6.7", Mail.notAscii(session)); // RFC 6531 §3.5
    }
    transaction.recipient(
        new Recipient(
            to.path(),
            DsnParameters.notify(parameters.get("NOTIFY")),
            DsnParameters.original(parameters.get("ORCPT"), transaction.utf8())));
  }
}
