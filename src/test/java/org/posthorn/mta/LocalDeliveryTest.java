package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.directory.Outside;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Delivery;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.NewMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Kept;
import org.posthorn.store.TestStore;

/// What waits for addresses of ours, and comes into their accounts.
class LocalDeliveryTest {
  private final MailHost host = new MailHost();
  private final List<Outside> elsewhere = new ArrayList<>();
  private final LocalDelivery delivery =
      new LocalDelivery(
          host.queue,
          host.disk.store,
          host.directory,
          host.disk.clock,
          (m, t) -> TraceLines.head(m.sender().path(), t.deliveredTo(), m.head()),
          (m, r, to) -> {
            elsewhere.addAll(to);
            return null;
          });

  @AfterEach
  void close() {
    host.close();
  }

  private QueueId add(String... to) {
    try {
      Kept kept =
          host.disk
              .store
              .keeping()
              .keep(TestStore.message(host.disk.store, "Subject: late\n\nHello\n"), false);
      List<NewMessage.To> recipients =
          Arrays.stream(to)
              .map(a -> Recipient.of(new ForwardPath(EmailAddress.parse(a))))
              .map(r -> new NewMessage.To(r, new Destination.Local()))
              .toList();
      Sender sender = new Sender(ReversePath.NULL, 0, Body.SEVEN_BIT);
      byte[] head = "Received: by us\r\n".getBytes(StandardCharsets.US_ASCII);
      return host.queue.add(
          new NewMessage(null, sender, host.disk.clock.instant(), kept, head, "", recipients));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Outcome> deliver(QueueId id) {
    QueuedMessage m = host.queue.message(id);
    List<QueuedRecipient> recipients = host.queue.recipients(id);
    try (Delivery.Errand errand = delivery.open(new Destination.Local())) {
      return errand.deliver(m, recipients);
    }
  }

  private static String status(Outcome o) {
    return switch (o) {
      case Outcome.Delivered _ -> "delivered";
      case Outcome.Deferred d -> d.problem().status();
      case Outcome.Failed f -> f.problem().status();
    };
  }

  @Test
  void comesWithItsTraceLines() {
    host.account("ana@foo.com");
    assertThat(deliver(add("ana+x@foo.com")))
        .extracting(o -> status(o))
        .containsExactly("delivered");
    assertThat(host.inbox("ana@foo.com"))
        .containsExactly(
            "Return-Path: <>\r\nDelivered-To: ana+x@foo.com\r\nReceived: by us\r\n"
                + "Subject: late\r\n\r\nHello\r\n");
  }

  @Test
  void oneAccountGetsOneCopy() {
    host.account("ana@foo.com");
    host.alias("all@foo.com", "ana@foo.com");
    assertThat(deliver(add("ana@foo.com", "all@foo.com")))
        .extracting(o -> status(o))
        .containsExactly("delivered", "delivered");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  @Test
  void whoDoesNotExistOrIsFullHearsSo() {
    host.account("ana@foo.com");
    host.account("full@foo.com");
    host.quota("full@foo.com", 10);
    assertThat(deliver(add("ana@foo.com", "full@foo.com", "nobody@foo.com", "bo@bar.com")))
        .extracting(o -> status(o))
        .containsExactly("delivered", "4.2.2", "5.1.1", "5.1.2");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  @Test
  void whoHasItGetsNoSecondCopyWhenOthersAreTriedAgain() {
    host.account("ana@foo.com");
    host.account("full@foo.com");
    host.quota("full@foo.com", 10);
    host.alias("all@foo.com", "ana@foo.com", "full@foo.com");
    QueueId id = add("all@foo.com");
    assertThat(deliver(id)).extracting(o -> status(o)).containsExactly("4.2.2");
    host.quota("full@foo.com", 1_000_000);
    assertThat(deliver(id)).extracting(o -> status(o)).containsExactly("delivered");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
    assertThat(host.inbox("full@foo.com")).hasSize(1);
  }

  @Test
  void whatLeadsElsewhereGoesOn() {
    host.alias("away@foo.com", "bo@bar.com");
    assertThat(deliver(add("away@foo.com")))
        .extracting(o -> status(o))
        .containsExactly("delivered");
    assertThat(elsewhere).extracting(o -> o.address().toString()).containsExactly("bo@bar.com");
  }
}
