package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;

/// Rows give back what was written.
class QueueRowsTest {
  private static final QueueId ID = new QueueId(4711);
  private static final Instant NOW = Instant.ofEpochMilli(1_800_000_000_123L);

  private static QueuedMessage message(ReversePath from, Body body, MailOptions options) {
    return new QueuedMessage(
        ID, new Sender(from, 77, body, options), NOW, NOW.plusSeconds(9), 5, 6, new byte[0], "s");
  }

  private static void sameAgain(QueuedMessage m) {
    QueueRows.MessageRow read = QueueRows.message(ID, QueueRows.encode(m, 3));
    assertThat(read.recipients()).isEqualTo(3);
    assertThat(read.message()).usingRecursiveComparison().isEqualTo(m);
  }

  @Test
  void messages() {
    sameAgain(message(ReversePath.NULL, Body.SEVEN_BIT, MailOptions.NONE));
    sameAgain(message(ReversePath.NULL, Body.SEVEN_BIT, MailOptions.NONE.withTlsOptional(true)));
    EmailAddress odd = EmailAddress.parse("\"a \\\"b\\\" ..\"@[IPv6:2001:db8::1]");
    sameAgain(message(new ReversePath(odd), Body.BINARY_MIME, MailOptions.NONE));
    for (DeliverBy.Mode mode : DeliverBy.Mode.values()) {
      for (MailOptions.Returned returned : MailOptions.Returned.values()) {
        sameAgain(
            message(
                new ReversePath(EmailAddress.parse("Grüße@example.test")),
                Body.EIGHT_BIT_MIME,
                new MailOptions(
                    true, true, returned, "id=ü", -9, new DeliverBy(-120, mode, true), NOW)));
      }
    }
  }

  @Test
  void recipients() {
    Outcome.Problem last =
        new Outcome.Problem("4.4.1", "mx [192.0.2.1]", "421 busy", "It is busy.");
    for (Destination d :
        List.of(
            new Destination.Local(),
            new Destination.Local(true),
            new Destination.Domain("example.test"),
            new Destination.Host("[192.0.2.1]", 65535))) {
      Recipient to =
          new Recipient(
              new ForwardPath(EmailAddress.parse("bo@example.test")),
              Set.of(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY),
              "rfc822;bo@example.test");
      sameAgain(new QueuedRecipient(7, to, d, NOW, 300, last, QueuedRecipient.State.HELD, true), 9);
    }
    Recipient postmaster = Recipient.of(ForwardPath.POSTMASTER);
    sameAgain(
        new QueuedRecipient(
            0,
            postmaster,
            new Destination.Local(),
            NOW,
            0,
            null,
            QueuedRecipient.State.WAITING,
            false),
        0);
  }

  private static void sameAgain(QueuedRecipient r, int priority) {
    assertThat(QueueRows.recipient(r.number(), QueueRows.encode(r, priority)))
        .isEqualTo(new QueueRows.RecipientRow(r, priority));
  }

  @Test
  void textsOfRemoteServersAreCut() {
    String endless = "x".repeat(1_000_000);
    QueuedRecipient r =
        new QueuedRecipient(
            0,
            Recipient.of(ForwardPath.POSTMASTER),
            new Destination.Local(),
            NOW,
            1,
            new Outcome.Problem("4.0.0", endless, endless, endless),
            QueuedRecipient.State.WAITING,
            false);
    byte[] row = QueueRows.encode(r, 0);
    assertThat(row.length).isLessThan(4 * QueueRows.TEXT_MAX);
    assertThat(QueueRows.recipient(0, row).recipient().last().words()).hasSize(QueueRows.TEXT_MAX);
  }

  @Test
  void fieldsOfALaterVersionArePassedOver() {
    byte[] row = QueueRows.encode(message(ReversePath.NULL, Body.SEVEN_BIT, MailOptions.NONE), 1);
    byte[] longer = Arrays.copyOf(row, row.length + 4);
    longer[row.length] = 99;
    longer[row.length + 1] = 2;
    assertThat(QueueRows.message(ID, longer).message())
        .usingRecursiveComparison()
        .isEqualTo(QueueRows.message(ID, row).message());
  }
}
