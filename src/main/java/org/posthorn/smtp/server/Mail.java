package org.posthorn.smtp.server;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.DsnParameters;
import org.posthorn.smtp.FutureRelease;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Parameters;
import org.posthorn.smtp.PathParser;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// RFC 5321 §4.1.1.2: begins a mail transaction. What the parameters ask for is read here, each by
/// the rules of its RFC; one of an extension that is not offered is refused.
record Mail(PathParser.Reverse from) implements Command {
  private static final System.Logger LOG = System.getLogger("posthorn.smtp");

  /// RFC 1870 §4: up to 20 digits, which is more than a long holds.
  private static final int SIZE_DIGITS_MAX = 20;

  static Mail parse(String argument) {
    return new Mail(PathParser.parseReverse(argument));
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    session.countMail();
    session.requireLogin();
    Parameters parameters = from.parameters();
    parameters.allow(known(session));
    long size = size(parameters.get("SIZE"));
    if (size > session.config().messageMax()) {
      throw new Refused(session.config().tooBig());
    }
    Body body = body(parameters.get("BODY"), session.config());
    int asked = priority(parameters.get("MT-PRIORITY"));
    int priority = mayRaise(session) ? asked : Math.min(asked, 0);
    MailOptions options = options(session, priority);
    if (from.utf8() && !options.utf8()) {
      throw new Refused(550, "5.6.7", notAscii(session)); // RFC 6531 §3.5
    }
    Sender sender = new Sender(from.path(), size, body, options);
    switch (session.backend().start(session.client(), sender)) {
      case Backend.Start.Opened o ->
          session.begin(o.transaction(), sender, welcome(asked, priority));
      case Backend.Start.Refused r -> throw new Refused(r.reply());
    }
    if (parameters.get("MT-PRIORITY") != null) {
      // RFC 6710 §4.1 item 3
      LOG.log(INFO, "smtp-priority from={0} asked={1} given={2}", from.path(), asked, priority);
    }
  }

  private static Set<String> known(SmtpSession session) {
    Set<String> known = new HashSet<>(List.of("SIZE", "BODY"));
    if (session.mayLogIn() || session.authenticated()) {
      known.add("AUTH"); // RFC 4954 §5: what it claims is not believed
    }
    for (Feature feature : Feature.values()) {
      if (session.offers(feature)) {
        known.addAll(parameters(feature));
      }
    }
    return known;
  }

  /// The parameters that each extension adds to MAIL.
  private static List<String> parameters(Feature feature) {
    return switch (feature) {
      case SMTPUTF8 -> List.of("SMTPUTF8");
      case DSN -> List.of("RET", "ENVID");
      case MT_PRIORITY -> List.of("MT-PRIORITY");
      case DELIVERBY -> List.of("BY");
      case FUTURERELEASE -> List.of("HOLDFOR", "HOLDUNTIL");
      case REQUIRETLS -> List.of("REQUIRETLS");
      case CHUNKING, BINARYMIME, LIMITS, BURL, ETRN -> List.of();
    };
  }

  static String notAscii(SmtpSession session) {
    return session.offers(Feature.SMTPUTF8)
        ? "An address that is not ASCII needs SMTPUTF8"
        : "Non-ASCII addresses are not supported";
  }

  private MailOptions options(SmtpSession session, int priority) {
    Parameters p = from.parameters();
    DeliverBy by = by(p.get("BY"));
    Instant hold = hold(session, p);
    boolean late =
        by != null && hold != null && hold.isAfter(session.now().plusSeconds(by.seconds()));
    if (late) {
      // RFC 4865 §5.2.2
      throw new Refused(501, "5.5.4", "The message would be held for longer than BY allows");
    }
    return new MailOptions(
        p.flag("SMTPUTF8"),
        p.flag("REQUIRETLS"),
        DsnParameters.returned(p.get("RET")),
        DsnParameters.envelopeId(p.get("ENVID")),
        priority,
        by,
        hold);
  }

  private static DeliverBy by(String value) {
    DeliverBy by = value == null ? null : DeliverBy.parse(value);
    boolean tooSoon =
        by != null && by.mode() == DeliverBy.Mode.RETURN && by.seconds() < DeliverBy.RETURN_MIN;
    if (tooSoon) {
      // RFC 2852 §3
      throw new Refused(555, "5.5.4", "BY is less than " + DeliverBy.RETURN_MIN + " s");
    }
    return by;
  }

  private static Instant hold(SmtpSession session, Parameters p) {
    String length = p.get("HOLDFOR");
    String until = p.get("HOLDUNTIL");
    if (length != null && until != null) {
      throw new Refused(501, "5.5.4", "HOLDFOR and HOLDUNTIL exclude each other"); // RFC 4865 §4.2
    }
    if (until != null) {
      return FutureRelease.holdUntil(until, session.now(), session.holdMax());
    }
    return length == null ? null : FutureRelease.holdFor(length, session.now());
  }

  /// RFC 6710 §7.
  private static int priority(String value) {
    if (value == null) {
      return 0;
    }
    boolean negative = value.startsWith("-");
    String digit = negative ? value.substring(1) : value;
    boolean valid = digit.length() == 1 && digit.charAt(0) >= '0' && digit.charAt(0) <= '9';
    if (!valid || value.equals("-0")) {
      throw new Refused(501, "5.5.2", "MT-PRIORITY is not a number from -9 to 9"); // RFC 6710 §4.1
    }
    return Integer.parseInt(value);
  }

  /// RFC 6710 §4.1: untrusted clients raise nothing. Who is in front of LMTP has looked already.
  private static boolean mayRaise(SmtpSession session) {
    return session.client().submits() || session.config().lmtp();
  }

  private static Reply welcome(int asked, int priority) {
    return asked == priority
        ? Reply.of(250, "2.1.0", "Sender ok")
        // RFC 6710 §4.1: the text begins with the priority that it has now
        : Reply.of(250, "2.3.6", priority + " is its priority, a higher one needs a login");
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

  private static Body body(String value, SmtpConfig config) {
    if (value == null || value.equalsIgnoreCase("7BIT")) {
      return Body.SEVEN_BIT;
    }
    if (value.equalsIgnoreCase("8BITMIME")) {
      return Body.EIGHT_BIT_MIME;
    }
    if (config.offers(Feature.BINARYMIME) && value.equalsIgnoreCase("BINARYMIME")) {
      return Body.BINARY_MIME;
    }
    throw new Refused(501, "5.5.4", "BODY is neither 7BIT nor 8BITMIME");
  }
}
