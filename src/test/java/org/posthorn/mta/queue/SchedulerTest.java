package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// When what goes where, with a clock that the test moves.
class SchedulerTest {
  private static final Duration FIRST = Duration.ofMinutes(5);

  /// Notices with subjects that say of whom.
  private final class Recorded implements Notices {
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

  private final TestQueue test =
      new TestQueue(new MemoryKv(), new FaultyDisk(1), RetrySchedule.DEFAULT);
  private final ScriptedDelivery remote = new ScriptedDelivery();
  private final ScriptedDelivery local = new ScriptedDelivery();
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());
  private final List<Attempted> tried = Collections.synchronizedList(new ArrayList<>());
  private Scheduler scheduler;

  private void start(SchedulerOptions options) {
    scheduler = make(options);
    scheduler.start();
  }

  private Scheduler make(SchedulerOptions options) {
    return new Scheduler(
        test.queue,
        options,
        remote,
        local,
        new Recorded(),
        (m, results, notices) -> tried.addAll(results),
        () -> test.store.millis.get() * 1_000_000);
  }

  private void start() {
    start(SchedulerOptions.DEFAULT);
  }

  @AfterEach
  void close() {
    scheduler.close();
    test.close();
  }

  private void pass(Duration time) {
    test.store.millis.addAndGet(time.toMillis());
    scheduler.wake();
  }

  private void empty() {
    look();
    Await.until(() -> scheduler.waiting() == 0 && scheduler.working() == 0);
  }

  /// Lets it look at the clock.
  private void look() {
    long before = scheduler.looks();
    Await.until(() -> {
      scheduler.wake();
      return scheduler.looks() > before + 1;
    });
  }

  /// Until all is done that can be done at this time of day.
  private void quiet() {
    look();
    Await.until(() -> scheduler.dispatch().readyGroups() == 0 && scheduler.working() == 0);
  }

  private int messages() {
    int[] n = {0};
    test.queue.forEach((m, r) -> n[0]++);
    return n[0];
  }

  private static Destination far() {
    return new Destination.Domain("far.test");
  }

  // ---- the usual

  @Test
  void whatIsAddedGoesAtOnce() {
    start();
    test.queue.add(test.message("x", "bo@far.test", "cy@far.test", "di@near.test"));
    empty();
    assertThat(remote.order())
        .containsExactlyInAnyOrder("<bo@far.test>", "<cy@far.test>", "<di@near.test>");
    assertThat(remote.transactions.get()).as("one for each destination").isEqualTo(2);
    assertThat(messages()).isZero();
    assertThat(told).isEmpty();
    assertThat(test.queue.counters().recipientsDelivered.sum()).isEqualTo(3);
  }

  @Test
  void theNextTryIsDurableBeforeTheFirst() {
    remote.shut("far.test");
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    Await.until(() -> remote.busy(far()) == 1);
    assertThat(test.queue.recipients(id).getFirst().next()).isAfter(test.now());
    remote.openGate("far.test");
    empty();
  }

  @Test
  void andBeforeEachOther() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    remote.shut("far.test");
    pass(FIRST);
    Await.until(() -> remote.busy(far()) == 1);
    QueuedRecipient r = test.queue.recipients(id).getFirst();
    assertThat(r.tries()).isEqualTo(1);
    assertThat(Duration.between(test.now(), r.next())).isGreaterThan(FIRST);
    remote.openGate("far.test");
    quiet();
    assertThat(test.queue.recipients(id).getFirst().tries()).isEqualTo(2);
  }

  @Test
  void whatIsPutOffIsTriedAgainAfterTheDelaysOfTheSchedule() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SAME));
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    for (int tries = 1; tries < 8; tries++) {
      QueuedRecipient r = test.queue.recipients(id).getFirst();
      assertThat(r.tries()).isEqualTo(tries);
      assertThat(r.last().words()).isEqualTo("451 later");
      Duration wait = Duration.between(test.now(), r.next());
      assertThat(wait).isEqualTo(RetrySchedule.DEFAULT.after(id, tries));
      pass(wait.minusSeconds(40));
      scheduler.wake();
      quiet();
      assertThat(remote.transactions.get()).isEqualTo(tries);
      pass(Duration.ofSeconds(40));
      int expected = tries + 1;
      Await.until(() -> remote.transactions.get() == expected);
      quiet();
    }
    remote.answer(ScriptedDelivery.delivered());
    pass(Duration.ofHours(4));
    empty();
  }

  @Test
  void manyRecipientsOfADestinationGoInTransactionsOfAHundred() {
    start();
    String[] all =
        IntStream.range(0, 250).mapToObj(i -> "u" + i + "@far.test").toArray(String[]::new);
    test.queue.add(test.message("x", all));
    empty();
    assertThat(remote.transactions.get()).isEqualTo(3);
    assertThat(new HashSet<>(remote.order())).hasSize(250);
  }

  @Test
  void recipientsOfOneMessageMayEndDifferently() {
    remote.answer(r ->
        switch (r.recipient().path().address().localPart()) {
          case "bo" -> ScriptedDelivery.delivered();
          case "cy" -> ScriptedDelivery.failed();
          default -> ScriptedDelivery.deferred(Outcome.Pace.SAME);
        });
    start();
    QueueId id = test.queue.add(test.message("x", "bo@far.test", "cy@far.test", "di@far.test"));
    quiet();
    assertThat(told).containsExactly("failed <cy@far.test>");
    assertThat(test.queue.recipients(id))
        .extracting(r -> r.recipient().path().toString())
        .containsExactly("<di@far.test>");
    assertThat(local.order()).as("the notice").containsExactly("<ana@here.test>");
    remote.answer(ScriptedDelivery.delivered());
    pass(FIRST);
    empty();
    assertThat(remote.order().getLast()).isEqualTo("<di@far.test>");
  }

  // ---- order

  @Test
  void urgentMailGoesFirst() {
    scheduler = make(new SchedulerOptions(100, 100, 1, Map.of()));
    for (int priority : new int[] {0, -4, 9, 0, 3}) {
      MailOptions o = new MailOptions(false, false, null, "", priority, null, null);
      test.queue.add(test.message("x", o, "p" + priority + "@far.test"));
    }
    scheduler.start();
    empty();
    assertThat(remote.order())
        .containsExactly(
            "<p9@far.test>", "<p3@far.test>", "<p0@far.test>", "<p0@far.test>", "<p-4@far.test>");
  }

  @Test
  void aThousandSlowDestinationsDoNotStarveAFastOne() {
    List<String> slow = IntStream.range(0, 1000).mapToObj(i -> "slow" + i + ".test").toList();
    slow.forEach(remote::shut);
    start(new SchedulerOptions(100, 1000, 20, Map.of()));
    for (String s : slow) test.queue.add(test.message("x", "bo@" + s));
    Await.until(() -> remote.transactions.get() == 100);
    for (int i = 0; i < 50; i++) test.queue.add(test.message("x", "bo@fast.test"));
    // As many as there are places; each round of them is slow after ten seconds.
    for (int round = 0; round < 11 && fast() < 50; round++) {
      pass(Duration.ofSeconds(11));
      int expected = Math.min(1000, 100 * (round + 2));
      Await.until(() -> remote.transactions.get() - fast() >= expected || fast() == 50);
    }
    Await.until(() -> fast() == 50);
    slow.forEach(remote::openGate);
    empty();
  }

  private int fast() {
    return (int) remote.order().stream().filter(r -> r.endsWith("@fast.test>")).count();
  }

  @Test
  void slowDestinationsThatAreKnownLeaveTheOthersTheirPlaces() {
    remote.shut("slow.test");
    start(new SchedulerOptions(1, 1, 1, Map.of()));
    test.queue.add(test.message("x", "bo@slow.test"));
    Await.until(() -> remote.transactions.get() == 1);
    pass(Duration.ofSeconds(11));
    Await.until(() -> {
      scheduler.wake();
      return scheduler.dispatch().slowWorking() == 1;
    });
    test.queue.add(test.message("x", "cy@slow.test"));
    for (int i = 0; i < 5; i++) test.queue.add(test.message("x", "bo@fast.test"));
    Await.until(() -> fast() == 5);
    assertThat(remote.transactions.get()).isEqualTo(6);
    remote.openGate("slow.test");
    empty();
  }

  @Test
  void destinationsTakeTurns() {
    scheduler = make(new SchedulerOptions(1, 1, 1, Map.of()));
    for (int i = 0; i < 200; i++) test.queue.add(test.message("x", "u" + i + "@many.test"));
    test.queue.add(test.message("x", "bo@few.test"));
    scheduler.start();
    empty();
    assertThat(remote.order().indexOf("<bo@few.test>")).isLessThanOrEqualTo(Dispatch.RUN_MAX);
  }

  // ---- how much

  @Test
  void theWindowBeginsSmallAndGrowsBySuccess() {
    for (int i = 0; i < 500; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    remote.shut("far.test");
    start();
    Await.until(() -> remote.busy(far()) == 2);
    assertThat(scheduler.working()).isEqualTo(2);
    remote.openGate("far.test");
    empty();
    assertThat(scheduler.dispatch().window(far())).isEqualTo(20);
    assertThat(remote.most.get(far())).isLessThanOrEqualTo(20);
  }

  @Test
  void itShrinksWhenTheHostHasTooMuch() {
    for (int i = 0; i < 300; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    start();
    empty();
    assertThat(scheduler.dispatch().window(far())).isGreaterThan(10);
    int before = scheduler.dispatch().window(far());
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SLOWER));
    test.queue.add(test.message("x", "bo@far.test"));
    quiet();
    assertThat(scheduler.dispatch().window(far())).isEqualTo(before / 2);
  }

  @Test
  void aHostThatAlwaysHasTooMuchIsLeftAlone() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.SLOWER));
    start();
    for (int i = 0; i < 200; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    quiet();
    assertThat(remote.transactions.get()).isLessThanOrEqualTo(3);
    assertThat(messages()).isEqualTo(200);
  }

  @Test
  void aDestinationThatCannotBeReachedIsParkedAndItsMailPutOffUnsent() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.STOP));
    start();
    for (int i = 0; i < 300; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    quiet();
    assertThat(remote.transactions.get())
        .as("no more than the first window")
        .isLessThanOrEqualTo(2);
    test.queue.forEach((m, r) -> {
      assertThat(r.getFirst().tries()).isEqualTo(1);
      assertThat(r.getFirst().last().words()).isEqualTo("451 later");
      assertThat(r.getFirst().next()).isAfter(test.now().plus(FIRST.multipliedBy(8).dividedBy(10)));
    });
    int before = remote.transactions.get();
    pass(FIRST.plusSeconds(1));
    Await.until(() -> remote.transactions.get() == before + 1);
    quiet();
    assertThat(remote.transactions.get()).as("one asks for all").isEqualTo(before + 1);
  }

  @Test
  void whenItAnswersAgainAllThatWaitsGoes() {
    remote.answer(ScriptedDelivery.deferred(Outcome.Pace.STOP));
    start();
    for (int i = 0; i < 100; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    quiet();
    for (int i = 0; i < 6; i++) {
      pass(Duration.ofMinutes(70));
      quiet();
    }
    remote.answer(ScriptedDelivery.delivered());
    // Far less than the hours for which most have been put off by now.
    Instant first = Instant.MAX;
    List<Instant> next = new ArrayList<>();
    test.queue.forEach((m, r) -> next.add(r.getFirst().next()));
    for (Instant n : next) if (n.isBefore(first)) first = n;
    pass(Duration.between(test.now(), first).plusSeconds(1));
    empty();
    assertThat(messages()).isZero();
  }

  @Test
  void aRateIsKept() {
    start(new SchedulerOptions(100, 100, 20, Map.of("far.test", 6)));
    for (int i = 0; i < 5; i++) test.queue.add(test.message("x", "u" + i + "@far.test"));
    test.queue.add(test.message("x", "bo@other.test"));
    for (int i = 1; i <= 5; i++) {
      int expected = i + 1;
      Await.until(() -> remote.order().size() == expected);
      pass(Duration.ofSeconds(9));
      scheduler.wake();
      Await.until(() -> scheduler.working() == 0);
      assertThat(remote.order()).hasSize(expected);
      pass(Duration.ofSeconds(1));
    }
    empty();
  }

  // ---- senders' wishes

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

  @Test
  void whoWantsToHearOfSuccessIsTold() {
    start();
    NewMessage m = test.message("x", "bo@far.test", "cy@far.test");
    Recipient bo = m.recipients().getFirst().recipient();
    Set<Recipient.Notify> success = Set.of(Recipient.Notify.SUCCESS);
    test.queue.add(
        new NewMessage(
            null,
            m.sender(),
            m.arrived(),
            m.octets(),
            m.head(),
            "",
            List.of(
                new NewMessage.To(new Recipient(bo.path(), success, ""), far()),
                m.recipients().getLast())));
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
    test.queue.add(
        new NewMessage(
            null,
            m.sender(),
            m.arrived(),
            m.octets(),
            m.head(),
            "",
            List.of(new NewMessage.To(silent, far()))));
    empty();
    assertThat(told).isEmpty();
  }

  // ---- administrators, and trouble

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
