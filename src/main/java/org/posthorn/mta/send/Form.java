package org.posthorn.mta.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.posthorn.mime.SevenBit;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.sign.Signing;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.client.Features;
import org.posthorn.smtp.client.OutgoingMail;

/// A message in the form that a server can take. One for each attempt; one thread.
///
/// - 8-bit bodies, for a server without 8BITMIME: made 7-bit (RFC 6152 §3), and what we had signed
///   is signed anew, for its signatures do not fit any more.
/// - SMTPUTF8, for a server without it: not asked for if neither the addresses nor a header need it
///   (RFC 6531 §3.6 (c)). Addresses and headers are never changed: that is not for a relay.
/// - What a server lacks and cannot be helped stays asked for, and [SmtpClient#send] says so.
final class Form {
  private final QueuedMessage message;
  private final RemoteDelivery.Octets octets;
  private final InstantSource clock;
  private final Signing signing; // null: nothing is signed anew
  private SevenBit sevenBit; // read when it is needed
  private byte[] signatures; // of the 7-bit form

  Form(QueuedMessage message, RemoteDelivery.Octets octets, InstantSource clock, Signing signing) {
    this.message = message;
    this.octets = octets;
    this.clock = clock;
    this.signing = signing;
  }

  private InputStream open() throws IOException {
    return open(0);
  }

  /// @param from octets of the head that are left out
  private InputStream open(int from) throws IOException {
    byte[] head = message.head();
    InputStream blob = octets.open(message.blob(), message.size());
    return new SequenceInputStream(new ByteArrayInputStream(head, from, head.length - from), blob);
  }

  /// The 7-bit form, with signatures that fit.
  private OutgoingMail.Content converted(SevenBit look) throws IOException {
    int signed = signing == null ? 0 : Signing.signatures(message.head()).length;
    if (signed == 0) {
      return look::open;
    }
    SevenBit rest = SevenBit.of(() -> open(signed));
    if (signatures == null) {
      signatures = signing.lines(rest::open, message.sender().path());
    }
    byte[] lines = signatures;
    return () -> new SequenceInputStream(new ByteArrayInputStream(lines), rest.open());
  }

  /// @throws IOException when our own octets cannot be read
  OutgoingMail mail(Features features, boolean secure, List<Recipient> to) throws IOException {
    MailOptions options = message.sender().options();
    Body body = message.sender().body() == Body.SEVEN_BIT ? Body.SEVEN_BIT : Body.EIGHT_BIT_MIME;
    OutgoingMail.Content content = this::open;
    if (!features.eightBit() || options.utf8() && !features.utf8()) {
      SevenBit look = sevenBit();
      if (!features.eightBit()) {
        boolean high = look.bodiesEightBit();
        body = high && !look.possible() ? Body.EIGHT_BIT_MIME : Body.SEVEN_BIT;
        content = high && look.possible() ? converted(look) : content;
      }
      options = options.withUtf8(options.utf8() && (features.utf8() || needsUtf8(look, to)));
    }
    if (message.sender().path().isNull() && !(secure && features.requireTls())) {
      options = options.withRequireTls(false); // RFC 8689 §4.2.1: not for notices
    }
    if (options.by() != null) {
      options = options.withBy(timeLeft(options.by()));
    }
    long size = message.size() + message.head().length;
    return new OutgoingMail(new Sender(message.sender().path(), size, body, options), to, content);
  }

  private SevenBit sevenBit() throws IOException {
    if (sevenBit == null) {
      sevenBit = SevenBit.of(this::open);
    }
    return sevenBit;
  }

  private boolean needsUtf8(SevenBit look, List<Recipient> to) {
    boolean sender =
        !message.sender().path().isNull() && !message.sender().path().address().isAscii();
    return sender || look.headersEightBit() || to.stream().anyMatch(Form::needsUtf8);
  }

  static boolean needsUtf8(Recipient r) {
    return !r.path().isPostmaster() && !r.path().address().isAscii();
  }

  /// RFC 2852 §4.1: the time that we had it is over.
  private DeliverBy timeLeft(DeliverBy by) {
    long gone = Duration.between(message.arrived(), clock.instant()).toSeconds();
    return new DeliverBy(by.seconds() - Math.max(0, gone), by.mode(), by.trace());
  }
}
