package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.ArrayList;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.FutureRelease;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// EHLO (RFC 5321 §4.1.1.1) and LHLO (RFC 2033 §4.1): names the client and tells it what we can.
record Ehlo(String name) implements Command {
  /// RFC 5321 §4.5.3.1.2.
  private static final int NAME_MAX = 255;

  static Ehlo parse(String argument) {
    return new Ehlo(name(argument, "EHLO"));
  }

  /// Any word of printable ASCII: what clients call themselves is often not a domain, and refusing
  /// mail for it is forbidden (RFC 5321 §4.1.4). An address literal must at least look like one.
  static String name(String argument, String verb) {
    if (argument.isEmpty()) {
      throw new Refused(501, "5.5.4", "Syntax: " + verb + " domain");
    }
    if (argument.length() > NAME_MAX) {
      throw new Refused(501, "5.5.4", "Name longer than " + NAME_MAX + " octets");
    }
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      if (c <= ' ' || c > '~') {
        throw new Refused(501, "5.5.4", "Name is not one word of ASCII");
      }
    }
    if (argument.startsWith("[") && !isLiteral(argument)) {
      throw new Refused(501, "5.5.4", "Malformed address literal");
    }
    return argument;
  }

  private static boolean isLiteral(String s) {
    for (int i = 1; i < s.length() - 1; i++) {
      char c = s.charAt(i);
      // Also zone indices, which MUAs on link-local addresses send.
      boolean ok =
          (c >= '0' && c <= '9')
              || (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || ".:%_-".indexOf(c) >= 0;
      if (!ok) {
        return false;
      }
    }
    return s.length() > 2 && s.endsWith("]");
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.greeted(name, true);
    SmtpConfig config = session.config();
    var lines = new ArrayList<String>();
    lines.add(config.hostname() + " greets " + name);
    lines.add("PIPELINING"); // RFC 2920
    lines.add("SIZE " + config.messageMax()); // RFC 1870
    if (session.mayStartTls()) {
      lines.add("STARTTLS"); // RFC 3207
    }
    if (session.mayLogIn()) {
      lines.add("AUTH " + String.join(" ", session.offer().names())); // RFC 4954
    }
    lines.add("ENHANCEDSTATUSCODES"); // RFC 2034
    lines.add("8BITMIME"); // RFC 6152
    for (Feature feature : Feature.values()) {
      if (session.offers(feature)) {
        lines.add(line(feature, session));
      }
    }
    lines.add("HELP");
    session.reply(new Reply(250, "", lines));
  }

  private static String line(Feature feature, SmtpSession session) {
    SmtpConfig config = session.config();
    return switch (feature) {
      case CHUNKING, BINARYMIME, SMTPUTF8, DSN, REQUIRETLS, ETRN -> feature.name();
      case MT_PRIORITY -> "MT-PRIORITY";
      case DELIVERBY -> "DELIVERBY " + DeliverBy.RETURN_MIN; // RFC 2852 §2
      case FUTURERELEASE -> // RFC 4865 §3
          "FUTURERELEASE " + FutureRelease.HOLD_MAX.toSeconds() + " " + session.holdMax();
      case LIMITS -> // RFC 9422
          "LIMITS RCPTMAX="
              + config.recipientsMax()
              + (config.mailsMax() > 0 ? " MAILMAX=" + config.mailsMax() : "");
      // RFC 4468 §3.1: without an argument it tells that a login is missing
      case BURL -> session.authenticated() ? "BURL imap" : "BURL";
    };
  }
}
