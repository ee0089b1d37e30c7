package org.posthorn.mta.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.MemoryKv;

/// The machine dies again and again while mail is on its way. Each message arrives at least once,
/// or its sender is told once that it does not; nothing is lost.
class SchedulerFaultTest {
  private static final int MESSAGES = 40;
  private static final int LIVES = 6;

  /// `-Dposthorn.fault.queue-seeds=100` for more than a build wants to wait for.
  private static final int SEEDS = Integer.getInteger("posthorn.fault.queue-seeds", 8);

  /// Dies at the n-th commit of a queue shard; before that it forgets some.
  private static final class Deadly implements Faults {
    private final Random random;
    private int left;

    Deadly(Random random) {
      this.random = random;
      this.left = 5 + random.nextInt(60);
    }

    @Override
    public synchronized Fate commit(Commit commit) {
      if (commit == null || commit.partition().kind() != 'q') return Fate.APPLY;
      if (--left == 0) return random.nextBoolean() ? Fate.CRASH_LOST : Fate.CRASH_KEPT;
      return switch (random.nextInt(20)) {
        case 0 -> Fate.REJECT;
        case 1 -> Fate.UNKNOWN_APPLIED;
        case 2 -> Fate.UNKNOWN_LOST;
        default -> Fate.APPLY;
      };
    }
  }

  /// One process: what it was told to send, and what it was told by its scheduler.
  private static final class Life {
    final TestQueue test;
    final Scheduler scheduler;

    Life(TestQueue test, Delivery remote, Delivery local) {
      this.test = test;
      scheduler =
          new Scheduler(
              test.queue,
              SchedulerOptions.DEFAULT,
              remote,
              local,
              new Told(test),
              Journal.NONE,
              () -> test.store.millis.get() * 1_000_000);
      scheduler.start();
    }
  }

  private record Told(TestQueue test) implements Notices {
    @Override
    public List<NewMessage> failed(QueuedMessage m, List<Attempted> whom) throws IOException {
      NewMessage n = test.message("failed " + subject(test, m), "ana@here.test");
      Sender nobody = new Sender(ReversePath.NULL, 0, n.sender().body());
      return List.of(
          new NewMessage(null, nobody, n.arrived(), n.octets(), n.head(), "", n.recipients()));
    }

    @Override
    public List<NewMessage> delayed(QueuedMessage m, List<Attempted> whom) {
      return List.of();
    }

    @Override
    public List<NewMessage> delivered(QueuedMessage m, List<Attempted> whom) {
      return List.of();
    }
  }

  private static String subject(TestQueue test, QueuedMessage m) throws IOException {
    String text = test.text(m);
    return text.substring(text.indexOf("Subject: ") + 9, text.indexOf("\r\n\r\n"));
  }

  /// At once, for most of it is waiting.
  @Test
  void nothingIsLost() throws Exception {
    List<FutureTask<Void>> all = new ArrayList<>();
    for (long seed = 1; seed <= SEEDS; seed++) {
      long s = seed;
      FutureTask<Void> one =
          new FutureTask<>(() -> {
            nothingIsLost(s);
            return null;
          });
      all.add(one);
      Thread.ofPlatform().start(one);
    }
    for (FutureTask<Void> one : all) {
      one.get();
    }
  }

  private static void nothingIsLost(long seed) throws InterruptedException {
    Random random = new Random(seed);
    Map<String, Integer> arrived = new ConcurrentHashMap<>();
    Map<String, Integer> notices = new ConcurrentHashMap<>();
    Set<String> accepted = ConcurrentHashMap.newKeySet();
    TestQueue test =
        new TestQueue(
            new MemoryKv(new Deadly(random)), new FaultyDisk(seed), RetrySchedule.DEFAULT);
    for (int life = 0; ; life++) {
      TestQueue now = test;
      Life l = new Life(now, answering(now, seed, arrived), reading(now, notices));
      if (life == 0) addAll(now, accepted);
      boolean last = life == LIVES;
      if (last) {
        for (int i = 0; i < 200 && !isEmpty(now); i++) {
          now.store.millis.addAndGet(Duration.ofMinutes(30).toMillis());
          look(now, l.scheduler);
        }
        l.scheduler.close();
        assertThat(isEmpty(now)).as("seed " + seed).isTrue();
        now.close();
        break;
      }
      for (int i = 0; i < 20 && !now.kv.crashed(); i++) {
        now.store.millis.addAndGet(Duration.ofMinutes(3).toMillis());
        look(now, l.scheduler);
      }
      l.scheduler.stop();
      TestQueue next = now.crash(life + 1 == LIVES ? Faults.NONE : new Deadly(random));
      l.scheduler.close(Duration.ofSeconds(20));
      assertThat(next.queue.check()).as("seed " + seed).isEmpty();
      test = next;
    }
    for (String subject : accepted) {
      boolean fails = fails(seed, subject);
      String what = "seed " + seed + " " + subject;
      assertThat(arrived.getOrDefault(subject, 0) > 0).as(what).isEqualTo(!fails);
      // A notice is mail, and mail may arrive twice; but one alone is made.
      assertThat(notices.keySet().stream().filter(n -> n.startsWith("failed " + subject + " ")))
          .as(what)
          .hasSize(fails ? 1 : 0);
    }
  }

  private static void addAll(TestQueue test, Set<String> accepted) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      String subject = "m" + i + ".";
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  test.queue.add(test.message(subject, "bo@d" + subject.hashCode() % 7 + ".test"));
                  accepted.add(subject);
                } catch (StoreUnavailable | UncheckedIOException | KvException e) {
                  // Answered 451: the client keeps it.
                } catch (IllegalStateException e) {
                  // Dead.
                }
              }));
    }
    for (Thread t : threads) t.join();
  }

  private static void look(TestQueue test, Scheduler scheduler) {
    long before = scheduler.looks();
    Await.until(() -> {
      scheduler.wake();
      return scheduler.looks() > before + 1;
    });
    Await.until(() ->
        scheduler.dispatch().readyGroups() == 0 && scheduler.working() == 0 || test.kv.crashed());
  }

  private static boolean isEmpty(TestQueue test) {
    boolean[] empty = {true};
    test.queue.forEach((m, r) -> empty[0] = false);
    return empty[0];
  }

  /// One in three fails for ever.
  private static boolean fails(long seed, String subject) {
    return Math.floorMod(new Random(seed * 31 + subject.hashCode()).nextInt(), 3) == 0;
  }

  private static Delivery answering(TestQueue test, long seed, Map<String, Integer> arrived) {
    Random random = new Random(seed);
    return destination ->
        new Delivery.Errand() {
          @Override
          public List<Outcome> deliver(QueuedMessage m, List<QueuedRecipient> recipients) {
            try {
              String subject = subject(test, m);
              synchronized (random) {
                if (random.nextInt(3) == 0) {
                  return List.of(ScriptedDelivery.deferred(Outcome.Pace.SAME));
                }
              }
              if (fails(seed, subject)) return List.of(ScriptedDelivery.failed());
              arrived.merge(subject, 1, Integer::sum);
              return List.of(ScriptedDelivery.delivered());
            } catch (IOException e) {
              return List.of(ScriptedDelivery.deferred(Outcome.Pace.SAME));
            }
          }

          @Override
          public void close() {}
        };
  }

  private static Delivery reading(TestQueue test, Map<String, Integer> notices) {
    return destination ->
        new Delivery.Errand() {
          @Override
          public List<Outcome> deliver(QueuedMessage m, List<QueuedRecipient> recipients) {
            try {
              notices.merge(subject(test, m) + " " + m.id(), 1, Integer::sum);
              return List.of(ScriptedDelivery.delivered());
            } catch (IOException e) {
              return List.of(ScriptedDelivery.deferred(Outcome.Pace.SAME));
            }
          }

          @Override
          public void close() {}
        };
  }
}
