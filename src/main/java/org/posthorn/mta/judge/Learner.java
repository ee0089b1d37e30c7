package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.ChangeBus;
import org.posthorn.store.Store;

/// Learns from what users do with their mail, on a thread of its own, a little later.
///
/// The change bus says in which accounts something has changed. A [Lesson] then looks at all
/// entries with a MODSEQ above the account's cursor. What is learned is made durable together with
/// the cursor and a mark for each message, so nothing is learned twice; a hint that gets lost is
/// made good by the next one.
final class Learner implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  /// Changes are gathered so long: users move in bursts, and mail arrives in them.
  private static final Duration GATHER = Duration.ofSeconds(2);

  private static final Duration IDLE = Duration.ofHours(1);

  /// After a failure.
  private static final Duration RETRY = Duration.ofMinutes(1);

  /// Accounts whose cursor is in memory; that of others is read.
  private static final int CURSORS_MAX = 100_000;

  private final Store store;
  private final InstantSource clock;
  private final Models models;
  private final ChangeBus.Watch changes;
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<AccountId, Long> cursors =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<AccountId, Long> eldest) {
          return size() > CURSORS_MAX;
        }
      }; // guarded by this
  private Thread thread;

  Learner(Store store, InstantSource clock, Models models) {
    this.store = store;
    this.clock = clock;
    this.models = models;
    this.changes = store.bus().watch();
  }

  void start() {
    thread = Thread.ofVirtual().name("judge-learner").start(this::loop);
  }

  private void loop() {
    Set<AccountId> again = new HashSet<>();
    try {
      while (true) {
        boolean some = changes.await(again.isEmpty() ? IDLE : RETRY);
        if (end.await(some ? GATHER.toMillis() : 0, TimeUnit.MILLISECONDS)) {
          return;
        }
        again.addAll(changes.take());
        again = round(again);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void learnNow() {
    round(changes.take());
  }

  /// The accounts that have to be looked at again.
  private Set<AccountId> round(Set<AccountId> accounts) {
    Set<AccountId> failed = new HashSet<>();
    for (AccountId id : accounts) {
      if (end.getCount() == 0) {
        return failed;
      }
      try {
        learn(id);
      } catch (RuntimeException e) {
        LOG.log(WARNING, "not-learned account={0} reason={1}", id, e.toString());
        failed.add(id);
      }
    }
    return failed;
  }

  private synchronized void learn(AccountId id) {
    Account account = store.account(id);
    if (account == null) {
      cursors.remove(id);
      return;
    }
    int today = Known.day(clock.instant().getEpochSecond());
    var lesson = new Lesson(account, models, today);
    cursors.put(id, lesson.run(cursors.get(id)));
  }

  /// Waits for the account under way.
  @Override
  public void close() {
    end.countDown();
    changes.close();
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
