package org.posthorn.mta.queue;

import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The rows of one shard. Changes that come together are committed together, one commit in flight.
///
/// Who finds none in flight leads: it applies all changes that wait, in order, each seeing what
/// those before it wrote, and hands one commit to the engine. When that is durable those who wait
/// are woken, and a new leader takes what came meanwhile. A change that fails leaves nothing;
/// neither does a commit that fails, and then all its changes fail. Nothing is locked while a disk
/// is waited for.
final class Shard {
  private static final System.Logger LOG = System.getLogger("posthorn.queue");

  /// Changes in one commit.
  private static final int CHANGES_MAX = 256;

  /// Octets of rows after which the rest waits for the next commit.
  private static final long ROWS_MAX = 1 << 20;

  /// How often a commit is tried whose partition has another version than we knew.
  private static final int CONFLICTS_MAX = 3;

  /// How long an unknown outcome is asked for before those who wait are told that it is unknown.
  private static final int RESOLVE_TRIES = 20;

  private static final long RESOLVE_PAUSE_NANOS = 500_000_000L;
  private static final int SCAN_BATCH = 256;
  private static final long VERSION_UNKNOWN = -1;

  /// A function from what is there to rows and a result. Applied by one thread at a time, perhaps
  /// more than once.
  interface Change<R> {
    R apply(Edit edit);
  }

  /// A change under way.
  static final class Pending<R> {
    private final Change<R> change;
    private final CountDownLatch done = new CountDownLatch(1);
    private R result;
    private RuntimeException error;

    private Pending(Change<R> change) {
      this.change = change;
    }

    /// Waits until the change is durable.
    ///
    /// @throws StoreUnavailable if it is not, or nobody knows whether it is
    R await() {
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          break;
        } catch (InterruptedException e) {
          interrupted = true; // the outcome must be known: an answer depends on it
        }
      }
      if (interrupted) Thread.currentThread().interrupt();
      if (error != null) throw error;
      return result;
    }

    private void apply(Edit edit) {
      result = change.apply(edit);
    }

    private void fail(RuntimeException e) {
      error = e;
      done.countDown();
    }
  }

  /// What a change reads and writes.
  final class Edit {
    private final NavigableMap<byte[], byte[]> rows; // null: deleted
    private final NavigableMap<byte[], byte[]> own = new TreeMap<>(Arrays::compareUnsigned);
    private Commit.Local local = Commit.Local.NONE;

    private Edit(NavigableMap<byte[], byte[]> rows) {
      this.rows = rows;
    }

    byte[] get(byte[] key) {
      if (own.containsKey(key)) return own.get(key);
      if (rows.containsKey(key)) return rows.get(key);
      return kv.get(partition, key);
    }

    void put(Row row) {
      own.put(row.key(), row.value());
    }

    void put(byte[] key, byte[] value) {
      own.put(key, value);
    }

    void delete(byte[] key) {
      own.put(key, null);
    }

    void local(Commit.Local more) {
      local = local.and(more);
    }

    /// Whether any row begins so.
    boolean anyUnder(byte[] prefix) {
      byte[] to = Shard.after(prefix);
      NavigableMap<byte[], byte[]> changed = new TreeMap<>(Arrays::compareUnsigned);
      changed.putAll(rows.subMap(prefix, true, to, false));
      changed.putAll(own.subMap(prefix, true, to, false));
      if (changed.values().stream().anyMatch(v -> v != null)) return true;
      byte[] from = prefix;
      while (true) {
        List<Row> some = kv.scan(partition, from, to, SCAN_BATCH);
        for (Row r : some) if (!changed.containsKey(r.key())) return true;
        if (some.size() < SCAN_BATCH) return false;
        from = behind(some.getLast().key());
      }
    }
  }

  /// Changes that were applied, and what they wrote.
  private static final class Batch {
    final List<Pending<?>> changes = new ArrayList<>();
    final NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
    Commit.Local local = Commit.Local.NONE;
    long size;
    int conflicts;

    void take(Pending<?> change, Edit edit) {
      changes.add(change);
      rows.putAll(edit.own);
      local = local.and(edit.local);
      for (Map.Entry<byte[], byte[]> e : edit.own.entrySet()) {
        size += e.getKey().length + (e.getValue() == null ? 0 : e.getValue().length);
      }
      size += edit.local.size();
    }

    void done() {
      for (Pending<?> p : changes) p.done.countDown();
    }

    void fail(RuntimeException e) {
      for (Pending<?> p : changes) p.fail(e);
    }
  }

  private final Store store;
  private final Kv kv;
  private final Partition partition;
  private final Deque<Pending<?>> inbox = new ArrayDeque<>(); // guarded by itself
  private boolean busy; // guarded by inbox: somebody leads, or a commit is in flight
  private long version = VERSION_UNKNOWN; // of who is busy

  Shard(Store store, Partition partition) {
    this.store = store;
    this.kv = store.kv();
    this.partition = partition;
  }

  // ---- reading

  byte[] get(byte[] key) {
    return kv.get(partition, key);
  }

  /// A page of rows from `from` on, up to `to`.
  List<Row> scan(byte[] from, byte[] to, int limit) {
    return kv.scan(partition, from, to, limit);
  }

  /// The first key behind this one.
  static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /// The first key behind all that begin so; the prefix does not end with 0xff alone.
  static byte[] after(byte[] prefix) {
    byte[] out = prefix.clone();
    for (int i = out.length - 1; ; i--) {
      if (++out[i] != 0) return Arrays.copyOf(out, i + 1);
    }
  }

  // ---- changing

  /// Durable on return.
  <R> R change(Change<R> change) {
    return submit(change).await();
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

  /// Until a commit is in flight, or nothing waits.
  private void lead() {
    while (true) {
      Batch batch = new Batch();
      List<Pending<?>> waiting = take();
      if (waiting.isEmpty()) return;
      int i = 0;
      while (i < waiting.size() && batch.size < ROWS_MAX) apply(batch, waiting.get(i++));
      putBack(waiting.subList(i, waiting.size()));
      if (batch.rows.isEmpty()) {
        batch.done();
        continue;
      }
      if (hand(batch)) return;
    }
  }

  private List<Pending<?>> take() {
    synchronized (inbox) {
      List<Pending<?>> out = new ArrayList<>(Math.min(inbox.size(), CHANGES_MAX));
      while (!inbox.isEmpty() && out.size() < CHANGES_MAX) out.add(inbox.poll());
      if (out.isEmpty()) busy = false;
      return out;
    }
  }

  private void putBack(List<Pending<?>> rest) {
    synchronized (inbox) {
      for (int i = rest.size() - 1; i >= 0; i--) inbox.addFirst(rest.get(i));
    }
  }

  private void apply(Batch batch, Pending<?> p) {
    try {
      Edit edit = new Edit(batch.rows);
      p.apply(edit);
      batch.take(p, edit);
    } catch (StoreUnavailable e) {
      p.fail(e);
    } catch (RuntimeException | Error e) {
      // An error, too: whoever leads must go on, or the shard is busy for ever.
      p.fail(new StoreUnavailable("change of the queue failed: " + e.getMessage(), e));
    }
  }

  /// Gives the commit to the engine. False if that is not possible; then nobody of the batch waits
  /// any more.
  private boolean hand(Batch batch) {
    try {
      if (version == VERSION_UNKNOWN) version = kv.head(partition).version();
      List<Row> puts = new ArrayList<>();
      List<byte[]> deletes = new ArrayList<>();
      batch.rows.forEach((key, value) -> {
        if (value == null) deletes.add(key);
        else puts.add(new Row(key, value));
      });
      Commit commit =
          new Commit(
              partition,
              version,
              store.ids().next(),
              List.of(),
              puts,
              deletes,
              List.of(),
              batch.local);
      kv.submit(commit, result -> finished(commit, batch, result));
      return true;
    } catch (RuntimeException | Error e) {
      version = VERSION_UNKNOWN;
      batch.fail(new StoreUnavailable("the queue cannot be written", e));
      return false;
    }
  }

  /// On the engine's thread: must not wait.
  private void finished(Commit commit, Batch batch, CommitResult result) {
    switch (result) {
      case CommitResult.Committed c -> succeeded(batch, c.version());
      case CommitResult.Rejected r -> failed(batch, r.reason(), r.cause());
      case CommitResult.Conflict c -> later("conflict", () -> again(batch, c));
      case CommitResult.Unknown u -> later("recover", () -> resolve(commit, batch, u));
    }
  }

  private void succeeded(Batch batch, long newVersion) {
    version = newVersion;
    batch.done();
    goOn();
  }

  private void failed(Batch batch, String reason, Throwable cause) {
    LOG.log(WARNING, "queue-commit-failed shard={0} reason={1}", partition, reason);
    version = VERSION_UNKNOWN;
    batch.fail(new StoreUnavailable("the queue was not written: " + reason, cause));
    goOn();
  }

  private void goOn() {
    synchronized (inbox) {
      if (inbox.isEmpty()) {
        busy = false;
        return;
      }
    }
    later("gather", this::lead);
  }

  private void later(String what, Runnable work) {
    Thread.ofVirtual().name("queue " + what + " " + partition).start(work);
  }

  /// Applies the changes to what is there now.
  private void again(Batch old, CommitResult.Conflict conflict) {
    version = VERSION_UNKNOWN;
    if (old.conflicts >= CONFLICTS_MAX) {
      failed(old, "version " + conflict.currentVersion(), null);
      return;
    }
    Batch batch = new Batch();
    batch.conflicts = old.conflicts + 1;
    for (Pending<?> p : old.changes) apply(batch, p);
    if (!hand(batch)) goOn();
  }

  /// The outcome is not known: only the head row can tell.
  private void resolve(Commit commit, Batch batch, CommitResult.Unknown unknown) {
    for (int i = 0; i < RESOLVE_TRIES; i++) {
      try {
        Kv.Head head = kv.head(partition);
        if (head.commitId() == commit.commitId()) succeeded(batch, head.version());
        else failed(batch, unknown.reason(), unknown.cause());
        return;
      } catch (IllegalStateException e) {
        break; // the engine is closed
      } catch (RuntimeException e) {
        LockSupport.parkNanos(RESOLVE_PAUSE_NANOS);
      }
    }
    failed(batch, "outcome unknown: " + unknown.reason(), unknown.cause());
  }
}
