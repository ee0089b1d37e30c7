package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;

/// What senders ask of the queue, and what they are told.
class SenderWishesTest extends SchedulerFixture {
  @Test
  void whatItsSenderHoldsWaits() {
    start();
    Instant then = test.now().plus(Duration.ofHours(7));
    test.queue.add(test.message("x", MailOptions.NONE.withHoldUntil(then), "bo@far.test"));
    pass(Duration.ofHours(6));
    quiet();
    assertThat(remote.order()).isEmpty();
    pass(Duration.ofHours(1));
    empty();
    assertThat(remote.order()).hasSize(1);
  }

  @Test
  void afterFourHoursTheSenderIsToldOnceAndAfterFourDaysItComesBack() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    int tries = 0;
    while (!test.queue.recipients(id).isEmpty() && tries++ < 100) {
      pass(Duration.between(test.now(), test.queue.recipients(id).getFirst().next()));
      int expected = tries + 1;
      Await.until(() -> remote.transactions.get() == expected);
      quiet();
    }
    assertThat(told).containsExactly("delayed <bo@far.test>", "failed <bo@far.test>");
    assertThat(
            Duration.between(
                Instant.ofEpochMilli(org.posthorn.store.Ids.millis(id.value())), test.now()))
        .isEqualTo(Duration.ofDays(4));
    Outcome.Failed last =
        (Outcome.Failed)
            tried.stream()
                .filter(a -> a.outcome() instanceof Outcome.Failed)
                .findFirst()
                .orElseThrow()
                .outcome();
    assertThat(last.problem().status()).isEqualTo("5.4.7");
    assertThat(last.problem().words()).isEqualTo("451 later");
    assertThat(test.queue.counters().recipientsExpired.sum()).isEqualTo(1);
    empty();
  }

  @Test
  void theClockThatJumpsExpiresNothing() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    long[] nanos = {0};
    scheduler =
        new Scheduler(
            test.queue,
            SchedulerOptions.DEFAULT,
            remote,
            local,
            new Recorded(),
            Journal.NONE,
            () -> nanos[0]);
    scheduler.start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    pass(Duration.ofDays(365));
    Await.until(() -> remote.transactions.get() == 2);
    quiet();
    assertThat(told).isEmpty();
    assertThat(test.queue.recipients(id)).hasSize(1);
  }

  @Test
  void deliverByReturnsUnsentWhatIsLate() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    start();
    DeliverBy by = new DeliverBy(600, DeliverBy.Mode.RETURN, false);
    MailOptions o = new MailOptions(false, false, null, "", 0, by, null);
    test.queue.add(test.message("x", o, "bo@far.test"));
    quiet();
    pass(Duration.ofMinutes(10));
    empty();
    assertThat(told).containsExactly("failed <bo@far.test>");
    assertThat(remote.transactions.get()).isEqualTo(1);
  }

  @Test
  void deliverByNotifiesAndGoesOn() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    start();
    DeliverBy by = new DeliverBy(400, DeliverBy.Mode.NOTIFY, false);
    MailOptions o = new MailOptions(false, false, null, "", 0, by, null);
    test.queue.add(test.message("x", o, "bo@far.test"));
    quiet();
    pass(Duration.ofSeconds(300));
    Await.until(() -> remote.transactions.get() == 2);
    quiet();
    pass(Duration.ofSeconds(100));
    Await.until(() -> told.size() == 1);
    quiet();
    assertThat(told).containsExactly("delayed <bo@far.test>");
    assertThat(messages()).isEqualTo(1);
  }

  private static NewMessage to(NewMessage m, NewMessage.To... recipients) {
    return new NewMessage(
        null, m.sender(), m.arrived(), m.octets(), m.head(), "", List.of(recipients));
  }

  @Test
  void whoWantsToHearOfSuccessIsTold() {
    start();
    NewMessage m = test.message("x", "bo@far.test", "cy@far.test");
    Recipient bo = m.recipients().getFirst().recipient();
    Set<Recipient.Notify> success = Set.of(Recipient.Notify.SUCCESS);
    test.queue.add(
        to(
            m,
            new NewMessage.To(new Recipient(bo.path(), success, ""), far()),
            m.recipients().getLast()));
    empty();
    assertThat(told).containsExactly("delivered <bo@far.test>");
  }

  @Test
  void whoWantsToHearOfNothingIsNotTold() {
    remote.answer(ScriptedDelivery.failed());
    start();
    NewMessage m = test.message("x", "bo@far.test");
    Recipient bo = m.recipients().getFirst().recipient();
    Recipient silent = new Recipient(bo.path(), Set.of(Recipient.Notify.NEVER), "");
    test.queue.add(to(m, new NewMessage.To(silent, far())));
    empty();
    assertThat(told).isEmpty();
  }

  /// RFC 2852 §4.1.4.2
  @Test
  void aRelayThatDoesNotKeepTheTimeIsTold() {
    remote.answer(new Outcome.Delivered("mx.far.test [192.0.2.1]", "250 ok", true, "", false));
    start();
    DeliverBy by = new DeliverBy(400, DeliverBy.Mode.NOTIFY, false);
    MailOptions o = new MailOptions(false, false, null, "", 0, by, null);
    test.queue.add(test.message("x", o, "bo@far.test"));
    empty();
    assertThat(told).containsExactly("delivered <bo@far.test>");
    test.queue.add(test.message("without a time", "bo@far.test"));
    empty();
    assertThat(told).hasSize(1);
  }

  /// RFC 2852 §4.1.4
  @Test
  void eachRelayOfATracedMessageIsTold() {
    remote.answer(new Outcome.Delivered("mx.far.test [192.0.2.1]", "250 ok", true, ""));
    start();
    DeliverBy by = new DeliverBy(400, DeliverBy.Mode.NOTIFY, true);
    MailOptions o = new MailOptions(false, false, null, "", 0, by, null);
    NewMessage m = test.message("x", o, "bo@far.test", "cy@far.test");
    Recipient cy = m.recipients().getLast().recipient();
    Recipient silent = new Recipient(cy.path(), Set.of(Recipient.Notify.NEVER), "");
    test.queue.add(to(m, m.recipients().getFirst(), new NewMessage.To(silent, far())));
    empty();
    assertThat(told).containsExactly("delivered <bo@far.test>");
  }
}
