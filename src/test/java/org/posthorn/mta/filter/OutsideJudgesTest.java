package org.posthorn.mta.filter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthorn.mta.judge.Verdict.Action;
import org.posthorn.net.Ticker;

/// All judges together; each is an rspamd whose HTTP a test plays.
class OutsideJudgesTest {
  private static final byte[] FINE = "{\"action\":\"no action\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] JUNK = "{\"action\":\"add header\"}".getBytes(StandardCharsets.UTF_8);

  private static OutsideJudge judge(
      String name, Terms.Absent absent, boolean submissions, Duration limit, HttpPost http) {
    return new Rspamd(
        new Terms(name, limit, absent, submissions), http, URI.create("http://127.0.0.1"), "");
  }

  private static OutsideJudge judge(String name, Terms.Absent absent, HttpPost http) {
    return judge(name, absent, true, Duration.ofSeconds(20), http);
  }

  private static byte[] refused() throws IOException {
    throw new ConnectException("refused");
  }

  @Test
  void asksAllAtTheSameTime() {
    CountDownLatch both = new CountDownLatch(2);
    HttpPost meeting =
        request -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return JUNK;
        };
    OutsideJudges judges =
        new OutsideJudges(
            List.of(
                judge("one", Terms.Absent.ACCEPT, meeting),
                judge("two", Terms.Absent.ACCEPT, meeting)),
            Ticker.SYSTEM);

    List<OutsideVerdict> verdicts = judges.judge(Letters.of(Letters.TEXT));

    assertThat(verdicts.stream().map(OutsideVerdict::name)).containsExactly("one", "two");
    assertThat(verdicts).allMatch(v -> v.action() == Action.JUNK && v.answered());
    assertThat(judges.counters().asked.sum()).isEqualTo(2);
    assertThat(judges.counters().junked.sum()).isEqualTo(2);
  }

  @Test
  void whoFailsIsHeardAsHisTermsSay() {
    OutsideJudges judges =
        new OutsideJudges(
            List.of(
                judge("gone", Terms.Absent.ACCEPT, r -> refused()),
                judge("needed", Terms.Absent.DEFER, r -> refused()),
                judge(
                    "broken",
                    Terms.Absent.DEFER,
                    r -> {
                      throw new IllegalStateException("a bug");
                    }),
                judge("fine", Terms.Absent.DEFER, r -> FINE)),
            Ticker.SYSTEM);

    List<OutsideVerdict> verdicts = judges.judge(Letters.of(Letters.TEXT));

    assertThat(verdicts.stream().map(OutsideVerdict::action))
        .containsExactly(Action.ACCEPT, Action.DEFER, Action.DEFER, Action.ACCEPT);
    assertThat(verdicts.stream().map(OutsideVerdict::answered))
        .containsExactly(false, false, false, true);
    assertThat(verdicts.get(1).reply().code()).isEqualTo(451);
    assertThat(verdicts.get(0).reason()).isEqualTo("no answer: cannot be reached: refused");
    assertThat(judges.counters().unanswered.sum()).isEqualTo(3);
    assertThat(judges.counters().deferred.sum()).isEqualTo(2);
  }

  @Test
  void whoHangsIsLeftAlone() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    HttpPost hangs =
        request -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            ended.countDown();
          }
          return FINE;
        };
    OutsideJudges judges =
        new OutsideJudges(
            List.of(judge("stuck", Terms.Absent.DEFER, true, Duration.ofMillis(50), hangs)),
            Ticker.SYSTEM);

    OutsideVerdict verdict = judges.judge(Letters.of(Letters.TEXT)).getFirst();

    assertThat(verdict.action()).isEqualTo(Action.DEFER);
    assertThat(verdict.reason()).isEqualTo("no answer in time");
    assertThat(verdict.took()).isGreaterThanOrEqualTo(Duration.ofMillis(50));
    ended.await();
  }

  @Test
  void submissionsAreForThoseWhoWantThem() {
    OutsideJudges judges =
        new OutsideJudges(
            List.of(
                judge("mx", Terms.Absent.ACCEPT, false, Duration.ofSeconds(9), r -> FINE),
                judge("all", Terms.Absent.ACCEPT, true, Duration.ofSeconds(9), r -> FINE)),
            Ticker.SYSTEM);

    assertThat(judges.judge(Letters.submitted(Letters.TEXT)).stream().map(OutsideVerdict::name))
        .containsExactly("all");
    assertThat(judges.judge(Letters.of(Letters.TEXT))).hasSize(2);
    assertThat(judges.hear(true)).isTrue();
    assertThat(OutsideJudges.none().hear(false)).isFalse();
    assertThat(OutsideJudges.none().judge(Letters.of(Letters.TEXT))).isEmpty();
  }

  @Test
  void whoCannotBeReachedRests() {
    AtomicLong now = new AtomicLong();
    AtomicInteger asked = new AtomicInteger();
    OutsideJudges judges =
        new OutsideJudges(
            List.of(
                judge(
                    "gone",
                    Terms.Absent.ACCEPT,
                    r -> {
                      asked.incrementAndGet();
                      return refused();
                    })),
            now::get);
    for (int i = 0; i < 20; i++) {
      judges.judge(Letters.of(Letters.TEXT));
    }
    assertThat(asked).hasValue(Asked.FAILURES);
    assertThat(judges.counters().spared.sum()).isEqualTo(20 - Asked.FAILURES);

    now.addAndGet(Asked.REST.toNanos());
    judges.judge(Letters.of(Letters.TEXT));
    judges.judge(Letters.of(Letters.TEXT));
    assertThat(asked).hasValue(Asked.FAILURES + 1);
  }

  @Test
  void slowAnswersAreNoReasonToRest() {
    AtomicInteger asked = new AtomicInteger();
    OutsideJudges judges =
        new OutsideJudges(
            List.of(
                judge(
                    "slow",
                    Terms.Absent.ACCEPT,
                    r -> {
                      asked.incrementAndGet();
                      throw new java.net.SocketTimeoutException("too slow");
                    })),
            Ticker.SYSTEM);
    for (int i = 0; i < 20; i++) {
      judges.judge(Letters.of(Letters.TEXT));
    }
    assertThat(asked).hasValue(20);
  }
}
