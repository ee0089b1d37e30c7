package org.posthorn.mta.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.posthorn.Await;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// A queue on a store in memory, a scheduler with scripted deliveries, and a clock that the test
/// moves.
class SchedulerFixture {
  static final Duration FIRST = Duration.ofMinutes(5);

  /// Notices with subjects that say of whom.
  final class Recorded implements Notices {
    @Override
    public List<NewMessage> failed(QueuedMessage m, List<Attempted> whom) {
      return notice("failed", m, whom);
    }

    @Override
    public List<NewMessage> delayed(QueuedMessage m, List<Attempted> whom) {
      return notice("delayed", m, whom);
    }

    @Override
    public List<NewMessage> delivered(QueuedMessage m, List<Attempted> whom) {
      return notice("delivered", m, whom);
    }

    private List<NewMessage> notice(String what, QueuedMessage m, List<Attempted> whom) {
      if (m.sender().path().isNull()) return List.of();
      String names =
          String.join(
              " ", whom.stream().map(a -> a.recipient().recipient().path().toString()).toList());
      told.add(what + " " + names);
      NewMessage n = test.message(what + " " + names, "ana@here.test");
      return List.of(
          new NewMessage(
              null,
              new org.posthorn.smtp.Sender(
                  org.posthorn.smtp.ReversePath.NULL, 0, org.posthorn.smtp.Body.SEVEN_BIT),
              n.arrived(),
              n.octets(),
              n.head(),
              "",
              n.recipients()));
    }
  }

  final TestQueue test = new TestQueue(new MemoryKv(), new FaultyDisk(1), RetrySchedule.DEFAULT);
  final ScriptedDelivery remote = new ScriptedDelivery();
  final ScriptedDelivery local = new ScriptedDelivery();
  final List<String> told = Collections.synchronizedList(new ArrayList<>());
  final List<Attempted> tried = Collections.synchronizedList(new ArrayList<>());
  Scheduler scheduler;

  void start(SchedulerOptions options) {
    scheduler = make(options);
    scheduler.start();
  }

  Scheduler make(SchedulerOptions options) {
    return new Scheduler(
        test.queue,
        options,
        remote,
        local,
        new Recorded(),
        (m, results, notices) -> tried.addAll(results),
        () -> test.store.millis.get() * 1_000_000);
  }

  void start() {
    start(SchedulerOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    scheduler.close();
    test.close();
  }

  void pass(Duration time) {
    test.store.millis.addAndGet(time.toMillis());
    scheduler.wake();
  }

  void empty() {
    look();
    Await.until(() -> scheduler.waiting() == 0 && scheduler.working() == 0);
  }

  /// Lets it look at the clock.
  void look() {
    long before = scheduler.looks();
    Await.until(() -> {
      scheduler.wake();
      return scheduler.looks() > before + 1;
    });
  }

  /// Until all is done that can be done at this time of day.
  void quiet() {
    look();
    Await.until(() -> scheduler.dispatch().readyGroups() == 0 && scheduler.working() == 0);
  }

  int messages() {
    int[] n = {0};
    test.queue.forEach((m, r) -> n[0]++);
    return n[0];
  }

  static Destination far() {
    return new Destination.Domain("far.test");
  }
}
