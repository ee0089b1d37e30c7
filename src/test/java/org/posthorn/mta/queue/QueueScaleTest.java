package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.MemoryKv;

/// Ten thousand messages to a hundred destinations that take half a minute for each, and to one
/// that is fast. Time passes only when the test says so, and only when nothing else can happen, so
/// that what is counted does not depend on the machine.
///
/// `-Dposthorn.queue.messages=N` for more.
class QueueScaleTest {
  private static final int MESSAGES = Integer.getInteger("posthorn.queue.messages", 10_000);
  private static final int SLOW_DOMAINS = 100;
  private static final int FAST_MESSAGES = 100;

  private static final int SLOW_MILLIS = 30_000;
  private static final int STEP_MILLIS = 5_000;

  /// Connections that a destination with an odd number takes; others are told to wait.
  private static final int PATIENCE = 4;

  private static final SchedulerOptions OPTIONS = new SchedulerOptions(100, 1000, 20, Map.of());

  /// Without limits of the destinations, sending one after another, a domain would need so long.
  private static final long ONE_BY_ONE = (long) MESSAGES / SLOW_DOMAINS * SLOW_MILLIS;

  /// Of heap for a message that waits, deliveries under way included.
  private static final int OCTETS_MAX = 2_000;

  private static final Destination FAST = new Destination.Domain("fast.test");

  /// All the world: counts what it is given, and lets slow destinations take their time.
  private final class World implements Delivery {
    private final Map<Destination, Integer> busy = new HashMap<>();
    private final Map<Destination, Integer> most = new HashMap<>();
    private final Map<QueueId, Integer> copies = new HashMap<>();
    private final PriorityQueue<Long> ends = new PriorityQueue<>();
    private int fast;
    private int refusals;
    private int mostAtOnce;

    @Override
    public Errand open(Destination to) {
      return new Errand() {
        @Override
        public List<Outcome> deliver(QueuedMessage m, List<QueuedRecipient> recipients) {
          assertThat(recipients).hasSize(1);
          return List.of(take(to, m));
        }

        @Override
        public void close() {}
      };
    }

    private synchronized Outcome take(Destination to, QueuedMessage m) {
      if (to.equals(FAST)) {
        fast++;
        copies.merge(m.id(), 1, Integer::sum);
        return ScriptedDelivery.delivered();
      }
      int now = busy.merge(to, 1, Integer::sum);
      try {
        if (fussy(to) && now > PATIENCE) {
          refusals++;
          return ScriptedDelivery.deferred(Outcome.Pace.SLOWER);
        }
        most.merge(to, now, Math::max);
        long end = test.store.millis.get() + SLOW_MILLIS;
        ends.add(end);
        mostAtOnce = Math.max(mostAtOnce, ends.size());
        while (test.store.millis.get() < end) wait();
        copies.merge(m.id(), 1, Integer::sum);
        return ScriptedDelivery.delivered();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        busy.merge(to, -1, Integer::sum);
      }
    }

    /// Deliveries whose time has not come.
    private synchronized int waiting() {
      return ends.size();
    }

    private synchronized int fast() {
      return fast;
    }

    private synchronized void pass(int millis) {
      long now = test.store.millis.addAndGet(millis);
      while (!ends.isEmpty() && ends.peek() <= now) ends.poll();
      notifyAll();
    }
  }

  private final TestQueue test =
      new TestQueue(new MemoryKv(), new FaultyDisk(1), RetrySchedule.DEFAULT);
  private final World world = new World();
  private Scheduler scheduler;

  private static String slow(int i) {
    return "slow" + i + ".test";
  }

  private static boolean fussy(Destination to) {
    String domain = ((Destination.Domain) to).domain();
    return Integer.parseInt(domain.substring(4, domain.indexOf('.'))) % 2 == 1;
  }

  private void fill() {
    List<NewMessage> some = new ArrayList<>();
    for (int i = 0; i < MESSAGES - FAST_MESSAGES; i++) {
      some.add(test.message("x", "bo@" + slow(i % SLOW_DOMAINS)));
      if (some.size() == 50) {
        test.queue.add(some);
        some.clear();
      }
    }
    for (int i = 0; i < FAST_MESSAGES; i++) some.add(test.message("x", "bo@fast.test"));
    test.queue.add(some);
  }

  /// Until nothing can happen before time passes.
  private void quiet() {
    int[] before = {-1};
    Await.until(() -> {
      look();
      int working = scheduler.working();
      boolean same = working == before[0] && working == world.waiting();
      before[0] = working;
      return same && (working > 0 || scheduler.dispatch().readyGroups() == 0);
    });
  }

  private void look() {
    long looks = scheduler.looks();
    Await.until(() -> {
      scheduler.wake();
      return scheduler.looks() > looks + 1;
    });
  }

  private static long used() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  @Test
  void theFastOneIsNotStarvedAndAllIsDrained() {
    fill();
    long before = used();
    scheduler =
        new Scheduler(
            test.queue,
            OPTIONS,
            world,
            world,
            Notices.NONE,
            Journal.NONE,
            () -> test.store.millis.get() * 1_000_000);
    scheduler.start();
    Await.until(() -> scheduler.waiting() == MESSAGES);
    quiet();
    assertThat((used() - before) / MESSAGES).as("octets of heap").isLessThan(OCTETS_MAX);
    assertThat(scheduler.working()).isEqualTo(OPTIONS.concurrency());

    int expected = FAST_MESSAGES;
    long elapsed = 0;
    while (scheduler.waiting() > 0) {
      world.pass(STEP_MILLIS);
      elapsed += STEP_MILLIS;
      quiet();
      if (elapsed >= SLOW_MILLIS - STEP_MILLIS) {
        assertThat(world.fast()).as("fast ones after %d ms", elapsed).isEqualTo(expected);
        test.queue.add(test.message("late", "bo@fast.test"));
        expected++;
        quiet();
      }
      assertThat(scheduler.working()).isLessThanOrEqualTo(OPTIONS.concurrency() + OPTIONS.slow());
      assertThat(elapsed).as("milliseconds").isLessThan(ONE_BY_ONE);
    }
    assertThat(world.copies).hasSize(MESSAGES - FAST_MESSAGES + expected);
    assertThat(world.copies.values()).containsOnly(1);
    world.most.forEach((to, most) ->
        assertThat(most).isLessThanOrEqualTo(fussy(to) ? PATIENCE : OPTIONS.perDestination()));
    assertThat(world.mostAtOnce).isGreaterThan(OPTIONS.concurrency());
    assertThat(world.refusals).as("destinations that say enough").isLessThan(MESSAGES / 4);
  }

  @AfterEach
  void close() {
    if (scheduler != null) scheduler.close();
    test.close();
  }
}
