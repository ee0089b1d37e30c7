package org.posthorn.trust.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;

/// RFC 8461 §3.3 and §5.1.
class MtaStsTest {
  private static final String POLICY =
      "version: STSv1\nmode: enforce\nmx: mx.a.test\nmax_age: 864000\n";
  private static final PolicyFetcher.Fetched GONE =
      new PolicyFetcher.Fetched.Failed(TlsFailure.STS_POLICY_FETCH_ERROR, "status 404");

  private final MemoryPolicies kept = new MemoryPolicies();
  private final AtomicInteger fetches = new AtomicInteger();
  private Zones zones = new Zones();
  private PolicyFetcher.Fetched next = body(POLICY);
  private Instant now = Instant.parse("2030-01-01T00:00:00Z");
  private long nanos;

  private MtaSts mtaSts() {
    return new MtaSts(
        zones,
        domain -> {
          assertThat(domain).isEqualTo("a.test");
          fetches.incrementAndGet();
          return next;
        },
        kept,
        () -> nanos);
  }

  private static PolicyFetcher.Fetched body(String text) {
    return new PolicyFetcher.Fetched.Body("text/plain; charset=utf-8", text.getBytes(UTF_8));
  }

  private void record(String id) {
    zones = new Zones().txt("_mta-sts.a.test", "v=STSv1; id=" + id + ";");
  }

  private void pass(Duration time) {
    now = now.plus(time);
    nanos += time.toNanos();
  }

  private static StsPolicy.Mode mode(MtaSts.Found found) {
    return found.policy() == null ? null : found.policy().mode();
  }

  @Test
  void withoutARecordNobodyIsAsked() {
    assertThat(mtaSts().find("a.test", now)).isEqualTo(MtaSts.Found.NONE);
    zones.breaks("_mta-sts.a.test", Answer.Reason.TIMEOUT);
    assertThat(mtaSts().find("a.test", now)).isEqualTo(MtaSts.Found.NONE);
    assertThat(fetches).hasValue(0);
  }

  @Test
  void aPolicyIsFetchedOnceAndSurvivesARestart() {
    record("1");
    for (int i = 0; i < 3; i++) {
      assertThat(mode(mtaSts().find("a.test", now))).isEqualTo(StsPolicy.Mode.ENFORCE);
      pass(Duration.ofDays(2));
    }
    assertThat(fetches).hasValue(1);
  }

  @Test
  void aNewIdBringsANewPolicy() {
    record("1");
    mtaSts().find("a.test", now);
    record("2");
    next = body(POLICY.replace("enforce", "none"));
    assertThat(mode(mtaSts().find("a.test", now))).isEqualTo(StsPolicy.Mode.NONE);
    assertThat(fetches).hasValue(2);
    assertThat(kept.find("a.test").id()).isEqualTo("2");
  }

  /// RFC 8461 §3.3: whatever fails, what is kept holds until its end.
  @Test
  void nobodyTalksUsOutOfWhatIsKept() {
    record("1");
    mtaSts().find("a.test", now);
    zones = new Zones();
    assertThat(mode(mtaSts().find("a.test", now))).isEqualTo(StsPolicy.Mode.ENFORCE);
    zones.breaks("_mta-sts.a.test", Answer.Reason.SERVER_FAILURE);
    assertThat(mode(mtaSts().find("a.test", now))).isEqualTo(StsPolicy.Mode.ENFORCE);
    record("2");
    next = GONE;
    MtaSts.Found found = mtaSts().find("a.test", now);
    assertThat(mode(found)).isEqualTo(StsPolicy.Mode.ENFORCE);
    assertThat(found.failure()).isEqualTo(TlsFailure.STS_POLICY_FETCH_ERROR);
    pass(Duration.ofDays(10));
    assertThat(mode(mtaSts().find("a.test", now))).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "text/plain,version: STSv1|mode: wrong,STS_POLICY_INVALID",
    "text/html,version: STSv1|mode: testing|mx: a.test|max_age: 1,STS_POLICY_INVALID",
    "'',version: STSv1|mode: testing|mx: a.test|max_age: 1,STS_POLICY_INVALID",
    "TEXT/Plain ; x=y,version: STSv1|mode: testing|mx: a.test|max_age: 1,",
  })
  void whatIsFetchedIsLookedAt(String type, String text, TlsFailure failure) {
    record("1");
    next = new PolicyFetcher.Fetched.Body(type, text.replace('|', '\n').getBytes(UTF_8));
    MtaSts.Found found = mtaSts().find("a.test", now);
    assertThat(found.failure()).isEqualTo(failure);
    assertThat(found.policy() == null).isEqualTo(failure != null);
    assertThat(found.reason().isEmpty()).isEqualTo(failure == null);
  }

  /// RFC 8461 §3.3: not more than once in five minutes for one id.
  @Test
  void afterAFailureTheHostHasPeace() {
    record("1");
    next = GONE;
    MtaSts one = mtaSts();
    assertThat(one.find("a.test", now).failure()).isEqualTo(TlsFailure.STS_POLICY_FETCH_ERROR);
    pass(MtaSts.RETRY.minusSeconds(1));
    assertThat(one.find("a.test", now).failure()).isEqualTo(TlsFailure.STS_POLICY_FETCH_ERROR);
    assertThat(fetches).hasValue(1);
    pass(Duration.ofSeconds(1));
    next = body(POLICY);
    assertThat(mode(one.find("a.test", now))).isEqualTo(StsPolicy.Mode.ENFORCE);
    assertThat(one.counters().policiesFetched.sum()).isEqualTo(1);
    assertThat(one.counters().policyFetchesFailed.sum()).isEqualTo(1);
  }

  @Test
  void aPolicyIsFetchedAgainBeforeItEnds() {
    record("1");
    MtaSts one = mtaSts();
    one.find("a.test", now);
    Instant first = now;
    pass(MtaSts.REFRESH.minusSeconds(1));
    one.refresh(now);
    assertThat(kept.find("a.test").fetched()).isEqualTo(first);
    pass(Duration.ofSeconds(1));
    one.refresh(now);
    assertThat(kept.find("a.test").fetched()).isEqualTo(now);
    Instant second = now;
    next = GONE;
    pass(MtaSts.REFRESH);
    one.refresh(now);
    assertThat(kept.find("a.test").fetched()).isEqualTo(second);
    assertThat(fetches).hasValue(3);
    pass(Duration.ofDays(9));
    one.refresh(now);
    assertThat(kept.find("a.test")).isNull();
  }

  @Test
  void aPolicyThatNobodyNeedsIsLeftToItsEnd() {
    record("1");
    next = body(POLICY.replace("864000", "31557600"));
    MtaSts one = mtaSts();
    one.find("a.test", now);
    for (int day = 0; day < 40; day++) {
      pass(Duration.ofDays(1));
      one.refresh(now);
    }
    assertThat(fetches).hasValue((int) MtaSts.UNUSED.toDays());
    one.find("a.test", now); // is used again
    one.refresh(now);
    assertThat(fetches).hasValue((int) MtaSts.UNUSED.toDays() + 1);
  }

  @Test
  void manyAtOnceFetchItOnce() throws Exception {
    record("1");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    MtaSts one =
        new MtaSts(
            zones,
            domain -> {
              fetches.incrementAndGet();
              asked.countDown();
              try {
                go.await();
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              return next;
            },
            kept,
            () -> nanos);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<MtaSts.Found>> all = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        all.add(threads.submit(() -> one.find("a.test", now)));
      }
      asked.await();
      go.countDown();
      for (Future<MtaSts.Found> f : all) {
        assertThat(mode(f.get())).isEqualTo(StsPolicy.Mode.ENFORCE);
      }
    }
    assertThat(fetches.get()).isBetween(1, 10);
    assertThat(kept.find("a.test").policy().mx()).containsExactly("mx.a.test");
  }
}
