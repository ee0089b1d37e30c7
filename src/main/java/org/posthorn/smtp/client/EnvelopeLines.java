package org.posthorn.smtp.client;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Collectors;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Sender;

/// MAIL and RCPT with the parameters that the server has offered to understand.
final class EnvelopeLines {
  private EnvelopeLines() {}

  static String mail(Sender sender, Features features) {
    MailOptions options = sender.options();
    StringBuilder line = new StringBuilder("MAIL FROM:").append(sender.path());
    if (features.size() && sender.size() > 0) {
      line.append(" SIZE=").append(sender.size()); // RFC 1870 §5
    }
    if (sender.body() != Body.SEVEN_BIT && features.eightBit()) {
      line.append(" BODY=8BITMIME"); // RFC 6152
    }
    if (options.utf8()) {
      line.append(" SMTPUTF8"); // RFC 6531 §3.4
    }
    if (options.requireTls() && features.requireTls()) {
      line.append(" REQUIRETLS"); // RFC 8689 §2
    }
    if (features.dsn()) { // RFC 3461 §4.3, §4.4
      if (options.returned() != null) {
        line.append(" RET=")
            .append(options.returned() == MailOptions.Returned.FULL ? "FULL" : "HDRS");
      }
      if (!options.envelopeId().isEmpty()) {
        line.append(" ENVID=").append(xtext(options.envelopeId()));
      }
    }
    if (options.priority() != 0 && features.has("MT-PRIORITY")) {
      line.append(" MT-PRIORITY=").append(options.priority()); // RFC 6710 §4
    }
    DeliverBy by = options.by();
    if (by != null && features.has("DELIVERBY")) { // RFC 2852 §4
      line.append(" BY=").append(by.seconds());
      line.append(by.mode() == DeliverBy.Mode.RETURN ? ";R" : ";N").append(by.trace() ? "T" : "");
    }
    return line.toString();
  }

  static String rcpt(Recipient recipient, Features features) {
    StringBuilder line = new StringBuilder("RCPT TO:").append(recipient.path());
    if (features.dsn()) { // RFC 3461 §4.1, §4.2
      if (!recipient.told().isEmpty()) {
        line.append(" NOTIFY=")
            .append(
                recipient.told().stream()
                    .map(n -> n.name().toUpperCase(Locale.ROOT))
                    .sorted()
                    .collect(Collectors.joining(",")));
      }
      String original = recipient.original();
      int type = original.indexOf(';');
      if (type > 0) {
        line.append(" ORCPT=")
            .append(original, 0, type + 1)
            .append(xtext(original.substring(type + 1)));
      }
    }
    return line.toString();
  }

  /// RFC 3461 §4.
  private static String xtext(String s) {
    StringBuilder out = new StringBuilder();
    for (byte b : s.getBytes(StandardCharsets.UTF_8)) {
      if (b > ' ' && b < 0x7f && b != '+' && b != '=') {
        out.append((char) b);
      } else {
        out.append(String.format(Locale.ROOT, "+%02X", b & 0xff));
      }
    }
    return out.toString();
  }
}
