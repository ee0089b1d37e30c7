package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;

/// Administrators who change what waits, deliveries that break, and the end.
class SchedulerTroubleTest extends SchedulerFixture {
  @Test
  void whatChangesInTheQueueIsHeardOf() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    QueuedRecipient held = r.withState(QueuedRecipient.State.HELD);
    assertThat(test.queue.update(id, List.of(new Queue.Change(r, held)), List.of())).isTrue();
    assertThat(scheduler.waiting()).isZero();
    remote.answer(ScriptedDelivery.delivered());
    QueuedRecipient released =
        held.withState(QueuedRecipient.State.WAITING)
            .withNext(test.now())
            .withDestination(new Destination.Host("other.test", 2525));
    assertThat(test.queue.update(id, List.of(new Queue.Change(held, released)), List.of()))
        .isTrue();
    empty();
    assertThat(remote.given.getLast().destination())
        .isEqualTo(new Destination.Host("other.test", 2525));
  }

  @Test
  void anAdministratorsRetryIsDialledThoughTheDestinationIsParked() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.STOP));
    start();
    test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    assertThat(remote.transactions.get()).isEqualTo(1);
    test.queue.add(test.message("y", "cy@far.test"));
    quiet();
    assertThat(remote.transactions.get()).as("parked").isEqualTo(1);
    remote.answer(ScriptedDelivery.delivered());
    Interventions.Done done =
        new Interventions(test.queue).retry(Selector.ALL, (m, recipients) -> {});
    assertThat(done).isEqualTo(new Interventions.Done(2, 2));
    empty();
    assertThat(remote.transactions.get()).isEqualTo(3);
  }

  @Test
  void whoIsSaidToBeThereGetsItsMailAtOnce() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.STOP));
    start();
    for (int i = 0; i < 5; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    test.queue.add(test.message("x", "bo@other.test"));
    quiet();
    remote.answer(ScriptedDelivery.delivered());
    scheduler.hurry(far());
    look();
    Await.until(() -> scheduler.waiting() == 1);
    quiet();
    assertThat(messages()).as("the other's").isEqualTo(1);
  }

  @Test
  void whatIsChangedDuringADeliveryEndsAllTheSame() {
    remote.shut("far.test");
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test", "cy@far.test"));
    Await.until(() -> remote.busy(far()) == 1);
    for (QueuedRecipient r : test.queue.recipients(id)) {
      QueuedRecipient held = r.withState(QueuedRecipient.State.HELD);
      assertThat(test.queue.update(id, List.of(new Queue.Change(r, held)), List.of())).isTrue();
    }
    remote.answer(r ->
        r.recipient().path().address().localPart().equals("bo")
            ? ScriptedDelivery.delivered()
            : ScriptedDelivery.deferred(Outcome.Pace.SAME));
    remote.openGate("far.test");
    quiet();
    assertThat(test.queue.recipients(id)).hasSize(1);
    assertThat(test.queue.recipients(id).getFirst().state()).isEqualTo(QueuedRecipient.State.HELD);
    assertThat(scheduler.waiting()).isZero();
  }

  @Test
  void whatIsDroppedDuringADeliveryIsGone() {
    remote.shut("far.test").answer(ScriptedDelivery.failed());
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    Await.until(() -> remote.busy(far()) == 1);
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    assertThat(test.queue.update(id, List.of(new Queue.Change(r, null)), List.of())).isTrue();
    remote.openGate("far.test");
    empty();
    assertThat(messages()).as("no notice about it").isZero();
  }

  @Test
  void aDeliveryThatBreaksIsPutOff() {
    remote.answer(r -> {
      throw new IllegalStateException("told to");
    });
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    assertThat(test.queue.recipients(id).getFirst().last().status()).isEqualTo("4.3.0");
    remote.answer(ScriptedDelivery.delivered());
    pass(FIRST);
    empty();
  }

  @Test
  void nothingIsGivenUpBeforeItsSenderCanBeTold() throws IOException {
    remote.answer(ScriptedDelivery.failed());
    boolean[] full = {true};
    Notices notices = new Recorded();
    scheduler =
        new Scheduler(
            test.queue,
            SchedulerOptions.DEFAULT,
            remote,
            local,
            new Notices() {
              @Override
              public List<NewMessage> failed(QueuedMessage m, List<Attempted> whom)
                  throws IOException {
                if (full[0]) throw new IOException("disk full");
                return notices.failed(m, whom);
              }

              @Override
              public List<NewMessage> delayed(QueuedMessage m, List<Attempted> whom) {
                return List.of();
              }

              @Override
              public List<NewMessage> delivered(QueuedMessage m, List<Attempted> whom) {
                return List.of();
              }
            },
            Journal.NONE,
            () -> test.store.millis.get() * 1_000_000);
    scheduler.start();
    test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    assertThat(messages()).isEqualTo(1);
    full[0] = false;
    pass(FIRST);
    empty();
    assertThat(told).containsExactly("failed <bo@far.test>");
  }

  @Test
  void aCleanStopWaitsForWhatIsUnderWay() throws InterruptedException {
    remote.shut("far.test");
    start();
    for (int i = 0; i < 5; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    Await.until(() -> remote.busy(far()) == 2);
    Thread closer = Thread.ofVirtual().start(() -> scheduler.close());
    scheduler.stop();
    remote.openGate("far.test");
    closer.join();
    assertThat(scheduler.working()).isZero();
    assertThat(messages()).isEqualTo(3);
    assertThat(remote.order()).hasSize(2);
    // The next one goes on.
    scheduler = make(SchedulerOptions.DEFAULT);
    scheduler.start();
    pass(FIRST);
    empty();
    assertThat(new HashSet<>(remote.order())).hasSize(5);
  }

  @Test
  void anEntryInMemoryIsSmall() {
    Dispatch d = new Dispatch(SchedulerOptions.DEFAULT, 0);
    Instant then = test.now().plus(FIRST);
    QueuedRecipient r =
        new QueuedRecipient(
            0,
            TestQueue.to("bo@far.test").recipient(),
            far(),
            then,
            0,
            null,
            QueuedRecipient.State.WAITING,
            false);
    List<QueuedRecipient> one = List.of(r);
    int n = 100_000;
    d.put(new Queue.Waits(new QueueId(1), 0, List.of(), one, false), 0, 0);
    System.gc();
    long before = used();
    for (int i = 2; i < n + 2; i++) {
      d.put(new Queue.Waits(new QueueId(i), 0, List.of(), one, false), 0, 0);
    }
    System.gc();
    assertThat((used() - before) / n).isLessThan(200);
    assertThat(d.groups()).isEqualTo(n + 1);
    start();
  }

  private static long used() {
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
