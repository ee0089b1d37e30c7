package org.posthorn.mta.report;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.BinaryRewrite;
import org.posthorn.mime.DeliveryReport;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mime.DeliveryReport.Name;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MessageIds;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.ReportMessage;
import org.posthorn.mime.Unitext;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;

/// A notice about one message and what happened to some of its recipients.
///
/// @param told never empty; only those whose sender wants to know
/// @param at now
record Notice(QueuedMessage about, List<Told> told, Instant at) {
  /// A message up to this size comes back whole when nobody says how much shall.
  static final int WHOLE_MAX = 64 * 1024;

  /// And up to this if the sender wants all of it (RFC 3461 §6.2 allows a limit).
  static final int FULL_MAX = 1024 * 1024;

  private static final String FROM = "Mail Delivery System";

  /// Said of words that are no SMTP reply.
  private static final String OURS = "x-posthorn";

  Notice {
    told = List.copyOf(told);
    if (told.isEmpty()) {
      throw new IllegalArgumentException("a notice about nobody");
    }
  }

  /// What a notice needs besides what it tells.
  ///
  /// @param hostname ours, as a domain name
  /// @param messageId without brackets
  /// @param boundary nobody can have guessed
  record Frame(String hostname, EmailAddress postmaster, String messageId, String boundary) {}

  /// @param to the sender of the message, or who is told in his place
  /// @param source all octets of the message, our trace lines before them
  ReportMessage message(EmailAddress to, BinaryRewrite.Source source, Frame frame)
      throws IOException {
    Headers original = headers(source);
    String raw = original.first("Subject");
    String subject = raw == null ? "" : EncodedWords.decode(raw).strip();
    List<String> references = new ArrayList<>(MessageIds.parse(original.first("References")));
    List<String> own = MessageIds.parse(original.first("Message-ID"));
    if (!own.isEmpty()) {
      references.remove(own.getFirst());
      references.add(own.getFirst());
    }
    boolean utf8 = !to.isAscii() || !frame.postmaster().isAscii();
    return new ReportMessage(
        FROM,
        frame.postmaster(),
        to,
        subject(subject),
        utc(at),
        frame.messageId(),
        references,
        "en",
        NoticeText.of(this, frame.hostname(), subject),
        report(frame.hostname()),
        new ReportMessage.Original(source, whole(), about.sender().options().utf8()),
        frame.boundary(),
        utf8);
  }

  private static Headers headers(BinaryRewrite.Source source) throws IOException {
    byte[] begin;
    try (InputStream in = source.open()) {
      begin = in.readNBytes(ReportMessage.HEADER_MAX);
    }
    return MimeScanner.scan(begin).headers();
  }

  /// In brackets stands what happened: mail programs that go by subjects (RFC 5256 §2.1) put the
  /// notice beside the message.
  private String subject(String original) {
    String what =
        switch (worst()) {
          case FAILED -> "[Not delivered]";
          case DELAYED -> "[Not delivered yet]";
          case DELIVERED -> "[Delivered]";
          case RELAYED -> "[Handed on]";
          case EXPANDED -> "[Passed on]";
        };
    String rest = original.isEmpty() ? "your message to " + told.getFirst().address() : original;
    return what + " " + rest;
  }

  private Action worst() {
    Action worst = told.getFirst().action();
    for (Told t : told) {
      worst = t.action().compareTo(worst) < 0 ? t.action() : worst;
    }
    return worst;
  }

  /// RFC 3461 §4.3, §6.2; RFC 8689 §5.
  private boolean whole() {
    MailOptions options = about.sender().options();
    if (worst() != Action.FAILED || options.requireTls()) {
      return false;
    }
    long size = about.size() + about.head().length;
    return switch (options.returned()) {
      case FULL -> size <= FULL_MAX;
      case HEADERS -> false;
      case null -> size <= WHOLE_MAX;
    };
  }

  private DeliveryReport report(String hostname) {
    MailOptions options = about.sender().options();
    DeliverBy by = options.by();
    List<DeliveryReport.Recipient> all = new ArrayList<>();
    for (Told t : told) {
      all.add(recipient(t));
    }
    return new DeliveryReport(
        options.envelopeId(),
        new Name(DeliveryReport.DNS, hostname),
        utc(about.arrived()),
        by == null ? null : utc(about.arrived().plusSeconds(by.seconds())),
        all);
  }

  private static DeliveryReport.Recipient recipient(Told t) {
    boolean problem = t.action() == Action.FAILED || t.action() == Action.DELAYED;
    String host = t.host().isEmpty() ? "" : t.host().split(" ", 2)[0];
    return new DeliveryReport.Recipient(
        original(t.recipient().original()),
        Name.address(t.address()),
        t.action(),
        t.status(),
        host.isEmpty() ? null : new Name(DeliveryReport.DNS, host),
        problem || !t.words().isEmpty() ? diagnostic(t) : null,
        t.tried() == null ? null : utc(t.tried()),
        t.until() == null ? null : utc(t.until()),
        "");
  }

  /// ORCPT as the sender gave it (RFC 3461 §6.3 (d)).
  private static Name original(String orcpt) {
    int semicolon = orcpt.indexOf(';');
    if (semicolon <= 0) {
      return null;
    }
    try {
      Name name = new Name(orcpt.substring(0, semicolon).strip(), orcpt.substring(semicolon + 1));
      if (name.type().equals(DeliveryReport.UTF_8)) {
        name = new Name(name.type(), Unitext.decode(name.value())); // RFC 6533 §3
      }
      return name.value().isEmpty() ? null : name;
    } catch (IllegalArgumentException e) {
      return null; // no type that may stand there
    }
  }

  private static Name diagnostic(Told t) {
    boolean reply = t.words().matches("(?s)[2-5]\\d\\d[ -].*");
    if (reply) {
      return new Name(DeliveryReport.SMTP, t.words());
    }
    String text = t.words().isEmpty() ? t.plain() : t.words();
    return text.isEmpty() ? null : new Name(OURS, text);
  }

  private static OffsetDateTime utc(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }
}
