package org.posthorn.smtp.client;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.DsnParameters;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Recipient.Notify;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.Xtext;

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
        line.append(" ENVID=").append(Xtext.encode(options.envelopeId()));
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

  /// @param by what MAIL asked for; null if nothing
  static String rcpt(Recipient recipient, DeliverBy by, Features features) {
    StringBuilder line = new StringBuilder("RCPT TO:").append(recipient.path());
    if (features.dsn()) { // RFC 3461 §4.1, §4.2
      Set<Notify> told =
          by == null || features.has("DELIVERBY") ? recipient.told() : late(recipient);
      if (!told.isEmpty()) {
        line.append(" NOTIFY=")
            .append(
                told.stream()
                    .map(n -> n.name().toUpperCase(Locale.ROOT))
                    .sorted()
                    .collect(Collectors.joining(",")));
      }
      if (!recipient.original().isEmpty()) {
        line.append(" ORCPT=").append(DsnParameters.encodeOriginal(recipient.original()));
      }
    }
    return line.toString();
  }

  /// Who does not know of the time shall at least tell of a delay (RFC 2852 §4.1.4.2).
  private static Set<Notify> late(Recipient recipient) {
    Set<Notify> told = recipient.told();
    if (told.contains(Notify.NEVER)) {
      return told;
    }
    Set<Notify> more = EnumSet.of(Notify.DELAY);
    more.addAll(told.isEmpty() ? Set.of(Notify.FAILURE) : told);
    return more;
  }
}
