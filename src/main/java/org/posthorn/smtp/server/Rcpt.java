package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.Set;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Parameters;
import org.posthorn.smtp.PathParser;
import org.posthorn.smtp.Recipient;

/// RFC 5321 §4.1.1.3: names one recipient. Whatever can be refused is refused here.
record Rcpt(ForwardPath path, Parameters parameters) implements Command {
  static Rcpt parse(String argument) {
    PathParser.Forward f = PathParser.parseForward(argument);
    return new Rcpt(f.path(), f.parameters());
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    parameters.allow(Set.of());
    session.addRecipient(Recipient.of(path));
  }
}
