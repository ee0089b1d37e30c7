package org.posthorn.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mime.DeliveryReport.Name;
import org.posthorn.mime.DeliveryReport.Recipient;

/// Reads what other servers report, with the liberties they take: fields in any order, types and
/// blank lines missing.
final class DeliveryReportReader {
  private static final int BODY_MAX = 256 * 1024;
  private static final int HEADER_MAX = 64 * 1024;
  private static final int RECIPIENTS_MAX = 1_000;

  /// Fields of one group, by name in lower case, the first of each name.
  private final Map<String, String> group = new HashMap<>();

  private final List<Recipient> recipients = new ArrayList<>();
  private String envelopeId = "";
  private Name reporter = new Name(DeliveryReport.DNS, "");
  private OffsetDateTime arrived;
  private OffsetDateTime deliverBy;

  private DeliveryReportReader() {}

  static DeliveryReport parse(String body) {
    var reader = new DeliveryReportReader();
    reader.read(body.length() > BODY_MAX ? body.substring(0, BODY_MAX) : body);
    if (reader.recipients.isEmpty()) {
      return null;
    }
    return new DeliveryReport(
        reader.envelopeId, reader.reporter, reader.arrived, reader.deliverBy, reader.recipients);
  }

  /// RFC 6522 §3: within multipart/report; but some send the part without.
  static DeliveryReport find(Part message, MessageText.Source source) throws IOException {
    Part part = first(message, "delivery-status", "global-delivery-status");
    if (part == null) {
      return null;
    }
    byte[] b = decoded(part, source, BODY_MAX);
    return parse(new String(b, StandardCharsets.UTF_8));
  }

  /// RFC 6522 §3: what follows the status is the message or its header.
  static String returned(Part message, MessageText.Source source) throws IOException {
    Part status = first(message, "delivery-status", "global-delivery-status");
    Part whole = first(message, "rfc822", "global");
    Part header = first(message, "rfc822-headers", "global-headers");
    if (status == null || whole == null && header == null) {
      return null;
    }
    Headers headers;
    if (whole != null && whole.message()) {
      headers = whole.children().getFirst().headers();
    } else {
      Part part = whole != null ? whole : header;
      headers = MimeScanner.scan(decoded(part, source, HEADER_MAX)).headers();
    }
    List<String> ids = MessageIds.parse(headers.first("Message-ID"));
    return ids.isEmpty() ? null : ids.getFirst();
  }

  /// The first part of these kinds outside messages that are inside this one.
  private static Part first(Part in, String subtype, String other) {
    if (in.subtype().equals(subtype) || in.subtype().equals(other)) {
      return in;
    }
    if (in.multipart()) {
      for (Part child : in.children()) {
        Part found = first(child, subtype, other);
        if (found != null) {
          return found;
        }
      }
    }
    return null;
  }

  private static byte[] decoded(Part part, MessageText.Source source, int most) throws IOException {
    // Encoded in base64 it is a third longer, in quoted-printable up to three times.
    int length = (int) Math.min(part.size(), 3L * most);
    byte[] raw = source.bytes(part.bodyStart(), length);
    try (InputStream in = TransferDecoder.decode(new ByteArrayInputStream(raw), part.encoding())) {
      return in.readNBytes(most);
    }
  }

  private void read(String body) {
    String name = null;
    var value = new StringBuilder();
    int next;
    for (int at = 0; at < body.length(); at = next) {
      int lf = body.indexOf('\n', at);
      next = lf < 0 ? body.length() : lf + 1;
      String line = body.substring(at, lf < 0 ? next : lf);
      if (line.isBlank()) {
        field(name, value);
        name = null;
        group();
        continue;
      }
      boolean continued = line.charAt(0) == ' ' || line.charAt(0) == '\t';
      int colon = continued ? -1 : line.indexOf(':');
      if (colon > 0) {
        field(name, value);
        name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        value.setLength(0);
        value.append(line, colon + 1, line.length());
      } else if (name != null && value.length() < DeliveryReport.TEXT_MAX) {
        value.append(' ').append(line);
      }
    }
    field(name, value);
    group();
  }

  private void field(String name, StringBuilder value) {
    if (name == null) {
      return;
    }
    // Some leave out the blank line between recipients.
    if (name.equals("final-recipient") && group.containsKey(name)) {
      group();
    }
    group.putIfAbsent(name, DeliveryReport.clean(value.toString()));
  }

  /// What was gathered is complete.
  private void group() {
    if (group.containsKey("reporting-mta") || group.containsKey("original-envelope-id")) {
      envelopeId = group.getOrDefault("original-envelope-id", envelopeId);
      Name mta = name("reporting-mta", DeliveryReport.DNS);
      reporter = mta == null ? reporter : mta;
      arrived = date("arrival-date");
      deliverBy = date("deliver-by-date");
    }
    Name original = address("original-recipient");
    Name address = address("final-recipient");
    Action action = action(group.getOrDefault("action", ""));
    if ((address != null || original != null)
        && action != null
        && recipients.size() < RECIPIENTS_MAX) {
      recipients.add(
          new Recipient(
              original,
              address == null ? original : address,
              action,
              status(action),
              name("remote-mta", DeliveryReport.DNS),
              name("diagnostic-code", DeliveryReport.SMTP),
              date("last-attempt-date"),
              date("will-retry-until"),
              group.getOrDefault("final-log-id", "")));
    }
    group.clear();
  }

  private static Action action(String value) {
    String word = value.toLowerCase(Locale.ROOT);
    for (Action a : Action.values()) {
      if (word.startsWith(a.name().toLowerCase(Locale.ROOT))) {
        return a;
      }
    }
    return null;
  }

  private String status(Action action) {
    String value = group.getOrDefault("status", "");
    int end = 0;
    while (end < value.length() && "0123456789.".indexOf(value.charAt(end)) >= 0) {
      end++;
    }
    String status = value.substring(0, end);
    if (DeliveryReport.isStatus(status)) {
      return status;
    }
    return switch (action) {
      case FAILED -> "5.0.0";
      case DELAYED -> "4.0.0";
      case DELIVERED, RELAYED, EXPANDED -> "2.0.0";
    };
  }

  private OffsetDateTime date(String field) {
    return MailDate.parse(group.get(field));
  }

  private Name address(String field) {
    Name raw = name(field, DeliveryReport.RFC822);
    boolean encoded = raw != null && raw.type().equals(DeliveryReport.UTF_8);
    return encoded ? new Name(raw.type(), Unitext.decode(raw.value())) : raw;
  }

  /// `type; value`, or the value alone. Null if there is none.
  private Name name(String field, String usual) {
    String value = group.get(field);
    if (value == null) {
      return null;
    }
    int semicolon = value.indexOf(';');
    String type =
        semicolon < 0 ? "" : value.substring(0, semicolon).strip().toLowerCase(Locale.ROOT);
    boolean typed = DeliveryReport.isAtom(type);
    Name name = new Name(typed ? type : usual, typed ? value.substring(semicolon + 1) : value);
    return name.value().isEmpty() ? null : name;
  }
}
