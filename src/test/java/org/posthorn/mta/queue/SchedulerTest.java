package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.smtp.MailOptions;

/// When what goes where, with a clock that the test moves.
class SchedulerTest extends SchedulerFixture {
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
}
