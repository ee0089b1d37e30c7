package org.posthorn.store.kv;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/// The engine that forgets: everything in memory, with the semantics of [RocksKv], and it can be
/// told to fail.
///
/// Life cycle: constructed running; [#close] or a crash told by [Faults] ends it; [#reopen] gives
/// an engine over the rows that survived. One lock guards all rows; it is never held while a
/// callback runs.
public final class MemoryKv implements Kv {
  private static final System.Logger LOG = System.getLogger("posthorn.store.kv");
  private static final int BATCH_COMMITS = 128;
  private static final Entry END = new Entry(null, null, null);

  private record Entry(Commit commit, Commit.Local local, Consumer<CommitResult> done) {}

  /// The rows of one partition.
  private static final class Table {
    long version;
    long commitId;
    final NavigableMap<byte[], byte[]> rows = new TreeMap<>(Arrays::compareUnsigned);
  }

  private static final class Rows {
    final NavigableMap<byte[], Table> partitions = new TreeMap<>(Arrays::compareUnsigned);
    final NavigableMap<byte[], byte[]> local = new TreeMap<>(Arrays::compareUnsigned);
  }

  private final Faults faults;
  private final KvCounters counters = new KvCounters();
  private final Rows rows; // guarded by itself
  private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final Thread committer;
  private volatile LocalGuard guard = LocalGuard.NONE;
  private boolean closed; // guarded by queue
  private volatile boolean crashed;

  public MemoryKv() {
    this(Faults.NONE);
  }

  public MemoryKv(Faults faults) {
    this(faults, new Rows());
  }

  private MemoryKv(Faults faults, Rows rows) {
    this.faults = faults;
    this.rows = rows;
    this.committer =
        Thread.ofPlatform().daemon().name("kv-memory-committer").start(this::commitLoop);
  }

  /// A new engine over what survived; this one must have been closed or have crashed.
  public MemoryKv reopen(Faults next) {
    synchronized (queue) {
      if (!closed) throw new IllegalStateException("still open");
    }
    joinCommitter();
    return new MemoryKv(next, rows);
  }

  /// Dies now: commits that wait in the queue are lost and told Unknown.
  public void crash() {
    crashed = true;
    synchronized (queue) {
      if (closed) return;
      closed = true;
      queue.add(END);
    }
    joinCommitter();
  }

  /// True if [Faults] let it die.
  public boolean crashed() {
    return crashed;
  }

  @Override
  public void guardLocal(LocalGuard g) {
    guard = g;
  }

  @Override
  public Head head(Partition partition) {
    beforeRead();
    synchronized (rows) {
      Table t = rows.partitions.get(partition.prefix());
      return t == null ? new Head(0, 0) : new Head(t.version, t.commitId);
    }
  }

  @Override
  public byte[] get(Partition partition, byte[] key) {
    beforeRead();
    synchronized (rows) {
      Table t = rows.partitions.get(partition.prefix());
      return t == null ? null : copy(t.rows.get(key));
    }
  }

  @Override
  public List<byte[]> getAll(Partition partition, List<byte[]> keys) {
    beforeRead();
    List<byte[]> out = new ArrayList<>(keys.size());
    synchronized (rows) {
      Table t = rows.partitions.get(partition.prefix());
      for (byte[] k : keys) out.add(t == null ? null : copy(t.rows.get(k)));
    }
    return out;
  }

  @Override
  public List<Row> scan(Partition partition, byte[] from, byte[] to, int limit) {
    beforeRead();
    synchronized (rows) {
      Table t = rows.partitions.get(partition.prefix());
      return t == null ? List.of() : scan(t.rows, from, to, limit);
    }
  }

  @Override
  public byte[] getLocal(byte[] key) {
    beforeRead();
    synchronized (rows) {
      return copy(rows.local.get(key));
    }
  }

  @Override
  public List<byte[]> getAllLocal(List<byte[]> keys) {
    beforeRead();
    List<byte[]> out = new ArrayList<>(keys.size());
    synchronized (rows) {
      for (byte[] k : keys) out.add(copy(rows.local.get(k)));
    }
    return out;
  }

  @Override
  public List<Row> scanLocal(byte[] from, byte[] to, int limit) {
    beforeRead();
    synchronized (rows) {
      return scan(rows.local, from, to, limit);
    }
  }

  @Override
  public List<Partition> partitions(char kind, Partition after, int limit) {
    beforeRead();
    List<Partition> out = new ArrayList<>();
    byte[] from = after == null ? new byte[] {(byte) kind} : after.prefix();
    synchronized (rows) {
      for (var e : rows.partitions.tailMap(from, false).entrySet()) {
        byte[] prefix = e.getKey();
        if (out.size() == limit || prefix[0] != kind) break;
        if (e.getValue().version > 0) out.add(Partition.fromPrefix(prefix, 0));
      }
    }
    return out;
  }

  @Override
  public void submit(Commit commit, Consumer<CommitResult> done) {
    String excess = commit.excess();
    if (excess != null) done.accept(new CommitResult.Rejected(excess, null));
    else enqueue(new Entry(commit, commit.local(), done));
  }

  @Override
  public void writeLocal(Commit.Local local) {
    var box = new java.util.concurrent.CompletableFuture<CommitResult>();
    enqueue(new Entry(null, local, box::complete));
    WaitingForLocal.outcome(box);
  }

  @Override
  public String trouble() {
    return faults.trouble();
  }

  @Override
  public void close() {
    synchronized (queue) {
      if (!closed) {
        closed = true;
        queue.add(END);
      }
    }
    joinCommitter();
  }

  private void enqueue(Entry e) {
    synchronized (queue) {
      if (closed) throw new IllegalStateException("closed");
      queue.add(e);
    }
  }

  private void joinCommitter() {
    boolean interrupted = false;
    while (committer.isAlive() && Thread.currentThread() != committer) {
      try {
        committer.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }

  private void commitLoop() {
    List<Entry> batch = new ArrayList<>();
    boolean end = false;
    while (!end) {
      batch.clear();
      try {
        batch.add(queue.take());
      } catch (InterruptedException e) {
        continue; // only close ends this thread
      }
      queue.drainTo(batch, BATCH_COMMITS - 1);
      end = batch.remove(END);
      commit(batch);
    }
  }

  private void commit(List<Entry> batch) {
    List<CommitResult> results = new ArrayList<>(batch.size());
    Throwable syncFailure = crashed ? null : syncGuard(batch);
    for (Entry e : batch) {
      if (crashed) results.add(new CommitResult.Unknown("crashed", null));
      else if (syncFailure != null) results.add(rejected(syncFailure));
      else results.add(one(e));
    }
    if (crashed) results.replaceAll(_ -> new CommitResult.Unknown("crashed", null));
    List<Entry> behind = new ArrayList<>();
    if (syncFailure != null) queue.drainTo(behind);
    for (int i = 0; i < results.size(); i++) tell(batch.get(i), results.get(i));
    if (syncFailure != null) {
      if (behind.remove(END)) queue.add(END);
      for (Entry e : behind) tell(e, rejected(syncFailure));
    }
  }

  @Override
  public KvCounters counters() {
    return counters;
  }

  private static CommitResult rejected(Throwable cause) {
    return new CommitResult.Rejected("sync failed: " + cause.getMessage(), cause);
  }

  private Throwable syncGuard(List<Entry> batch) {
    try {
      for (Entry e : batch) {
        if (!e.local.isEmpty()) {
          guard.sync();
          return null;
        }
      }
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  private CommitResult one(Entry e) {
    switch (faults.commit(e.commit)) {
      case APPLY -> {
        return apply(e);
      }
      case REJECT -> {
        return new CommitResult.Rejected("told to", null);
      }
      case UNKNOWN_APPLIED -> apply(e);
      case UNKNOWN_LOST -> {}
      case CRASH_LOST -> dieHere();
      case CRASH_KEPT -> {
        apply(e);
        dieHere();
      }
    }
    return new CommitResult.Unknown("told to", null);
  }

  private void dieHere() {
    crashed = true;
    synchronized (queue) {
      if (closed) return;
      closed = true;
      queue.add(END);
    }
  }

  private CommitResult apply(Entry e) {
    if (!e.local.isEmpty() && !guard.trusts(e.local)) {
      return new CommitResult.Rejected("appended data was lost by a failed sync", null);
    }
    synchronized (rows) {
      long version = 0;
      if (e.commit != null) {
        Table t = rows.partitions.get(e.commit.partition().prefix());
        version = t == null ? 0 : t.version;
        if (version != e.commit.expectedVersion()) return new CommitResult.Conflict(version);
        if (t == null) rows.partitions.put(e.commit.partition().prefix(), t = new Table());
        apply(t, e.commit);
        version = t.version;
      }
      for (byte[] k : e.local.deletes()) rows.local.remove(k);
      for (Row r : e.local.puts()) rows.local.put(r.key().clone(), r.value().clone());
      return new CommitResult.Committed(version);
    }
  }

  private static void apply(Table t, Commit c) {
    for (Commit.Range r : c.rangeDeletes()) {
      if (Arrays.compareUnsigned(r.from(), r.to()) < 0) {
        t.rows.subMap(r.from(), true, r.to(), false).clear();
      }
    }
    for (byte[] k : c.deletes()) t.rows.remove(k);
    for (Row r : c.facts()) t.rows.put(r.key().clone(), r.value().clone());
    for (Row r : c.puts()) t.rows.put(r.key().clone(), r.value().clone());
    t.version++;
    t.commitId = c.commitId();
  }

  private void tell(Entry e, CommitResult result) {
    counters.count(result);
    try {
      e.done.accept(result);
    } catch (RuntimeException x) {
      LOG.log(System.Logger.Level.ERROR, "kv-callback-failed", x);
    }
  }

  private void beforeRead() {
    synchronized (queue) {
      if (closed) throw new IllegalStateException("closed");
    }
    faults.read();
  }

  private static List<Row> scan(
      NavigableMap<byte[], byte[]> rows, byte[] from, byte[] to, int limit) {
    NavigableMap<byte[], byte[]> part = rows;
    if (from != null) part = part.tailMap(from, true);
    if (to != null && from != null && Arrays.compareUnsigned(from, to) >= 0) return List.of();
    if (to != null) part = part.headMap(to, false);
    List<Row> out = new ArrayList<>();
    for (Map.Entry<byte[], byte[]> e : part.entrySet()) {
      if (out.size() >= limit) break;
      out.add(new Row(e.getKey().clone(), e.getValue().clone()));
    }
    return out;
  }

  private static byte[] copy(byte[] b) {
    return b == null ? null : b.clone();
  }
}
