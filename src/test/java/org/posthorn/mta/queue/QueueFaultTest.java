package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

/// Several threads add and end mail while disk and engine fail as a seed decides; then the machine
/// dies and comes back. What was acknowledged is there, what was ended is not, a notice is there if
/// and only if what it tells of has ended, and the self-check is clean.
class QueueFaultTest {
  private static final int THREADS = 4;
  private static final int OPERATIONS = 30;

  private static final class Known {
    final String subject;
    QueueId id; // null: the add failed
    int endings; // tried
    boolean ended;

    Known(String subject) {
      this.subject = subject;
    }
  }

  /// Rejects and forgets commits now and then, and dies at the n-th.
  private static final class SeededFaults implements Faults {
    private final Random random;
    private final int crashAt;
    private int commits;
    volatile boolean on;

    SeededFaults(long seed) {
      random = new Random(seed);
      crashAt = 20 + random.nextInt(80);
    }

    @Override
    public synchronized Fate commit(Commit commit) {
      if (!on || commit == null) return Fate.APPLY;
      if (++commits == crashAt) return random.nextBoolean() ? Fate.CRASH_LOST : Fate.CRASH_KEPT;
      return switch (random.nextInt(15)) {
        case 0 -> Fate.REJECT;
        case 1 -> Fate.UNKNOWN_APPLIED;
        case 2 -> Fate.UNKNOWN_LOST;
        default -> Fate.APPLY;
      };
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
  void nothingAcknowledgedIsLost(long seed) throws Exception {
    SeededFaults faults = new SeededFaults(seed);
    FaultyDisk disk = new FaultyDisk(seed);
    TestQueue test = new TestQueue(new MemoryKv(faults), disk, RetrySchedule.DEFAULT);
    faults.on = true;
    Random random = new Random(seed);
    if (random.nextBoolean()) {
      disk.failAt(1 + random.nextInt(60), FaultyDisk.Failure.IO_ERROR);
      disk.failAt(1 + random.nextInt(60), FaultyDisk.Failure.FULL);
    }
    List<Known> all = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> wrong = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < THREADS; t++) {
      Random own = new Random(seed * 100 + t);
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  work(test, own, all);
                } catch (Throwable e) {
                  wrong.add(e);
                }
              }));
    }
    for (Thread t : threads) t.join();
    assertThat(wrong).isEmpty();

    try (TestQueue after = test.crash()) {
      compare(after, all, "seed " + seed);
      after.queue.add(after.message("after", "bo@far.test"));
    }
  }

  private static void work(TestQueue test, Random random, List<Known> all) {
    List<Known> mine = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      Known k = mine.isEmpty() ? null : mine.get(random.nextInt(mine.size()));
      try {
        if (k == null || k.id == null || k.ended || random.nextBoolean()) {
          k = new Known("s" + Long.toHexString(random.nextLong()));
          all.add(k);
          mine.add(k);
          k.id = test.queue.add(test.message(k.subject, "bo@far.test"));
        } else {
          end(test, k);
        }
      } catch (StoreUnavailable | java.io.UncheckedIOException e) {
        // Not acknowledged: either is right.
      } catch (org.posthorn.store.kv.KvException | IllegalStateException e) {
        return; // dead
      }
    }
  }

  /// With a notice, as a scheduler does after a failure.
  private static void end(TestQueue test, Known k) {
    List<QueuedRecipient> to = test.queue.recipients(k.id);
    if (to.isEmpty()) {
      assertThat(k.endings).isPositive();
      k.ended = true; // by a try that seemed to fail
      return;
    }
    k.endings++;
    NewMessage notice = test.message("notice of " + k.subject, "ana@here.test");
    k.ended =
        test.queue.update(k.id, List.of(new Queue.Change(to.getFirst(), null)), List.of(notice));
  }

  private static void compare(TestQueue after, List<Known> all, String what) {
    assertThat(after.queue.check()).as(what).isEmpty();
    Map<String, Integer> found = new HashMap<>();
    after.queue.forEach((m, r) -> {
      try {
        String text = after.text(m);
        String subject = text.substring(text.indexOf("Subject: ") + 9, text.indexOf("\r\n\r\n"));
        assertThat(text).endsWith("\r\n\r\nHello " + subject + "\r\n");
        found.merge(subject, 1, Integer::sum);
      } catch (java.io.IOException e) {
        throw new AssertionError(what, e);
      }
    });
    for (Known k : all) {
      int there = found.getOrDefault(k.subject, 0);
      int notices = found.getOrDefault("notice of " + k.subject, 0);
      String message = what + " message " + k.subject;
      assertThat(there + notices).as(message).isLessThanOrEqualTo(1);
      if (k.id != null) assertThat(there + notices).as(message).isEqualTo(1);
      if (k.ended) assertThat(notices).as(message).isEqualTo(1);
      if (k.endings == 0) assertThat(notices).as(message).isZero();
    }
  }
}
