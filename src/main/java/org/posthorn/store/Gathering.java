package org.posthorn.store;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;

/// How an account changes: waiting functions are gathered and committed together, one commit in
/// flight per account.
///
/// Who finds none in flight leads: it applies all that wait, in order, to a [Draft] and hands one
/// commit to the engine. When it is durable the new head is installed, the bus is told, and those
/// who wait are woken; then a new leader takes what came meanwhile. Nothing here is locked while a
/// disk is waited for.
final class Gathering {
  private static final System.Logger LOG = System.getLogger("posthorn.store");

  /// Changes in one commit.
  private static final int CHANGES_MAX = 256;

  /// Octets of rows after which the rest waits for the next commit.
  private static final long ROWS_MAX = 1 << 20;

  /// How long an unknown outcome is asked for before those who wait are told that it is unknown.
  private static final int RESOLVE_TRIES = 20;

  private static final long RESOLVE_PAUSE_NANOS = 500_000_000L;

  /// A function from the head to rows and a result. Applied by one thread at a time, perhaps more
  /// than once; must decide before it touches the draft.
  interface Change<R> {
    R apply(Draft draft);
  }

  /// A change under way.
  static final class Pending<R> {
    private final Change<R> change;
    private final CountDownLatch done = new CountDownLatch(1);
    private R result;
    private RuntimeException error;

    Pending(Change<R> change) {
      this.change = change;
    }

    /// Waits until the change is durable.
    R await() {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException e) {
          // The outcome must be known: an answer to the client depends on it.
          interrupted = true;
        }
      }
      if (interrupted) Thread.currentThread().interrupt();
      if (error != null) throw error;
      return result;
    }

    private void fail(RuntimeException e) {
      error = e;
      done.countDown();
    }
  }

  private final Account account;
  private final Kv kv;
  private final Deque<Pending<?>> inbox = new ArrayDeque<>(); // guarded by itself
  private boolean busy; // guarded by inbox: somebody leads, or a commit is in flight

  Gathering(Account account, Kv kv) {
    this.account = account;
    this.kv = kv;
  }

  <R> Pending<R> submit(Change<R> change) {
    Pending<R> p = new Pending<>(change);
    synchronized (inbox) {
      inbox.add(p);
      if (busy) return p;
      busy = true;
    }
    lead();
    return p;
  }

  private void lead() {
    while (true) {
      List<Pending<?>> batch = take();
      if (batch.isEmpty()) return;
      Draft draft;
      try {
        draft = gather(batch);
      } catch (RuntimeException | Error e) {
        // Not one change's fault: the head itself could not be read.
        LOG.log(ERROR, "store-gather-failed account={0}", account.id(), e);
        for (Pending<?> p : batch) p.fail(new StoreUnavailable("account not readable", e));
        continue;
      }
      if (draft.isEmpty()) {
        for (Pending<?> p : batch) p.done.countDown();
        continue;
      }
      if (hand(draft, batch)) return;
    }
  }

  /// Gives the commit to the engine. False if that is not possible; then nobody of the batch waits
  /// any more.
  private boolean hand(Draft draft, List<Pending<?>> batch) {
    try {
      Commit commit = draft.commit(account.newId(), account.nowSeconds());
      kv.submit(commit, result -> finished(commit, draft, batch, result));
      return true;
    } catch (RuntimeException | Error e) {
      draft.abandon();
      for (Pending<?> p : batch) p.fail(new StoreUnavailable("commit not possible", e));
      return false;
    }
  }

  private List<Pending<?>> take() {
    synchronized (inbox) {
      List<Pending<?>> batch = new ArrayList<>(Math.min(inbox.size(), CHANGES_MAX));
      while (!inbox.isEmpty() && batch.size() < CHANGES_MAX) batch.add(inbox.poll());
      if (batch.isEmpty()) busy = false;
      return batch;
    }
  }

  /// Applies the batch; what does not fit goes back to the inbox.
  private Draft gather(List<Pending<?>> batch) {
    List<Pending<?>> applied = new ArrayList<>(batch);
    while (true) {
      Draft draft = account.draft();
      int i = 0;
      boolean spoiled = false;
      while (i < applied.size() && draft.size() < ROWS_MAX) {
        if (!apply(applied.get(i), draft)) {
          applied.remove(i);
          spoiled = true;
          break;
        }
        i++;
      }
      if (spoiled) continue; // the draft holds half a change: begin again without it
      if (i < applied.size()) {
        synchronized (inbox) {
          for (int k = applied.size() - 1; k >= i; k--) {
            inbox.addFirst(applied.get(k));
            batch.remove(applied.get(k));
          }
        }
      }
      return draft;
    }
  }

  /// False if the change failed after it had touched the draft.
  private static <R> boolean apply(Pending<R> p, Draft draft) {
    int before = draft.touches();
    p.error = null;
    p.result = null;
    try {
      p.result = p.change.apply(draft);
      return true;
    } catch (Refused e) {
      p.error = e;
    } catch (RuntimeException e) {
      p.error = new StoreUnavailable("change failed", e);
    }
    return draft.touches() == before;
  }

  /// On the engine's thread: must not wait.
  private void finished(Commit commit, Draft draft, List<Pending<?>> batch, CommitResult result) {
    switch (result) {
      case CommitResult.Committed c -> succeeded(draft, batch);
      case CommitResult.Conflict c ->
          recover(commit, draft, batch, "version " + c.currentVersion(), null);
      case CommitResult.Rejected r -> {
        draft.abandon();
        fail(batch, r.reason(), r.cause());
      }
      case CommitResult.Unknown u -> recover(commit, draft, batch, u.reason(), u.cause());
    }
  }

  private void succeeded(Draft draft, List<Pending<?>> batch) {
    try {
      account.install(draft);
    } catch (RuntimeException | Error e) {
      LOG.log(ERROR, "store-install-failed account={0}", account.id(), e);
      account.forget(); // it is durable all the same: who needs the head next reads it
    }
    for (Pending<?> p : batch) p.done.countDown();
    goOn();
  }

  private void fail(List<Pending<?>> batch, String reason, Throwable cause) {
    LOG.log(WARNING, "store-commit-failed account={0} reason={1}", account.id(), reason);
    for (Pending<?> p : batch) p.fail(new StoreUnavailable(reason, cause));
    goOn();
  }

  private void goOn() {
    synchronized (inbox) {
      if (inbox.isEmpty()) {
        busy = false;
        return;
      }
    }
    Thread.ofVirtual().name("gather " + account.id()).start(this::lead);
  }

  /// The outcome is not known: only the head row can tell (STORE.md's Unknown).
  private void recover(
      Commit commit, Draft draft, List<Pending<?>> batch, String reason, Throwable cause) {
    Thread.ofVirtual()
        .name("recover " + account.id())
        .start(() -> {
          for (int i = 0; i < RESOLVE_TRIES; i++) {
            try {
              if (kv.head(commit.partition()).commitId() == commit.commitId()) {
                succeeded(draft, batch);
              } else {
                account.reload();
                fail(batch, reason, cause);
              }
              return;
            } catch (Refused e) {
              fail(batch, reason, cause); // no such account: it was to be made by this commit
              return;
            } catch (IllegalStateException e) {
              break; // the engine is closed
            } catch (RuntimeException e) {
              LockSupport.parkNanos(RESOLVE_PAUSE_NANOS);
            }
          }
          account.forget();
          fail(batch, "outcome unknown: " + reason, cause);
        });
  }
}
