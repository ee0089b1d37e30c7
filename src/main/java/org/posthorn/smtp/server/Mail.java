package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.Set;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Parameters;
import org.posthorn.smtp.PathParser;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;

/// RFC 5321 §4.1.1.2: begins a mail transaction.
record Mail(ReversePath path, Parameters parameters) implements Command {
  private static final Set<String> KNOWN = Set.of("SIZE", "BODY");
  private static final Set<String> KNOWN_WITH_AUTH = Set.of("SIZE", "BODY", "AUTH");

  /// RFC 1870 §4: up to 20 digits, which is more than a long holds.
  private static final int SIZE_DIGITS_MAX = 20;

  static Mail parse(String argument) {
    PathParser.Reverse r = PathParser.parseReverse(argument);
    return new Mail(r.path(), r.parameters());
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.requireLogin();
    // RFC 4954 §5: AUTH= is known wherever AUTH is; what it claims is not believed.
    parameters.allow(session.mayLogIn() || session.authenticated() ? KNOWN_WITH_AUTH : KNOWN);
    long size = size(parameters.get("SIZE"));
    if (size > session.config().messageMax()) {
      throw new Refused(SmtpSession.tooBig(session.config()));
    }
    Sender sender = new Sender(path, size, body(parameters.get("BODY")));
    switch (session.backend().start(session.client(), sender)) {
      case Backend.Start.Opened o -> session.begin(o.transaction());
      case Backend.Start.Refused r -> throw new Refused(r.reply());
    }
  }

  private static long size(String value) {
    if (value == null) {
      return 0;
    }
    boolean digits = !value.isEmpty() && value.length() <= SIZE_DIGITS_MAX;
    for (int i = 0; digits && i < value.length(); i++) {
      digits = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    if (!digits) {
      throw new Refused(501, "5.5.4", "SIZE is not a number");
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // only too large: larger than anything we take
    }
  }

  private static Body body(String value) {
    if (value == null || value.equalsIgnoreCase("7BIT")) {
      return Body.SEVEN_BIT;
    }
    if (value.equalsIgnoreCase("8BITMIME")) {
      return Body.EIGHT_BIT_MIME;
    }
    throw new Refused(501, "5.5.4", "BODY is neither 7BIT nor 8BITMIME");
  }
}
