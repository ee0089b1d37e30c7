package org.posthorn.store.kv;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// The one thread that writes.
///
/// Takes what waits in the queue, at most [#BATCH_COMMITS] commits or [#BATCH_OCTETS], makes
/// durable what their local rows name, writes them as one synced batch, tells each its result, and
/// begins again. All fields but the queue belong to this thread.
///
/// When a write or sync fails, the commits of that batch and behind it are answered, the database
/// is closed and opened again; the number of the batch, which every batch writes, then tells
/// whether the failed one is there all the same. While opening fails, commits are Rejected at once.
final class Committer implements Runnable {
  private static final System.Logger LOG = System.getLogger("posthorn.store.kv");
  static final int BATCH_COMMITS = 128;
  static final long BATCH_OCTETS = 8 << 20;

  /// Octets of commits waiting; what comes on top is Rejected.
  static final long QUEUE_OCTETS = 256L << 20;

  /// A write batch that has grown over this is not kept for the next one.
  private static final long BATCH_KEEP = 4 * BATCH_OCTETS;

  private static final int VERSIONS_MAX = 1 << 16;
  private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long SPACE_CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long HEALTH_CHECK_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final byte HEAD_FORMAT = 1;
  private static final int HEAD_SIZE = 1 + 2 * Long.BYTES;

  /// A commit in the queue; without commit, local rows alone.
  record Entry(Commit commit, Commit.Local local, long size, Consumer<CommitResult> done) {}

  private static final Entry END = new Entry(null, Commit.Local.NONE, 0, _ -> {});

  /// What the committer needs of the engine around it.
  interface Engine {
    /// The database, null while it cannot be opened.
    Database database();

    /// Closes the database, waiting for reads under way, and opens it again.
    void reopen() throws RocksDBException;
  }

  private final Engine engine;
  private final DiskSpace space;
  private final LongSupplier nanos;
  private final KvCounters counters;
  private final LinkedBlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
  private final AtomicLong queued = new AtomicLong();
  private volatile LocalGuard guard = LocalGuard.NONE;
  private volatile String failure;
  private volatile boolean shortOfSpace;

  private final Map<Partition, Long> versions =
      new LinkedHashMap<>(1024, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Partition, Long> e) {
          return size() > VERSIONS_MAX;
        }
      };
  private WriteBatch batch = new WriteBatch();
  private long batchNumber;
  private long nextTry;

  /// The last attempt to recover failed in writing: the next one opens again.
  private boolean writesFail;

  /// Until the next attempt to recover nothing is written.
  private boolean writesHeld;

  private boolean everRecovered;
  private long recoveredAt;

  private long nextSpaceCheck;
  private long nextHealthCheck;

  Committer(
      Engine engine, DiskSpace space, LongSupplier nanos, KvCounters counters, long lastBatch) {
    this.engine = engine;
    this.space = space;
    this.nanos = nanos;
    this.counters = counters;
    this.batchNumber = lastBatch;
    this.nextSpaceCheck = nanos.getAsLong();
    this.nextHealthCheck = nextSpaceCheck;
  }

  void guard(LocalGuard g) {
    guard = g;
  }

  String trouble() {
    if (failure != null) return failure;
    return shortOfSpace ? "disk full: only changes that need no room are accepted" : null;
  }

  /// False if so much waits already that this must be refused.
  boolean add(Entry e) {
    if (queued.addAndGet(e.size) > QUEUE_OCTETS && queued.get() != e.size) {
      queued.addAndGet(-e.size);
      return false;
    }
    queue.add(e);
    return true;
  }

  /// Behind everything added so far the thread ends.
  void end() {
    queue.add(END);
  }

  @Override
  public void run() {
    List<Entry> entries = new ArrayList<>(BATCH_COMMITS);
    while (true) {
      entries.clear();
      boolean end = take(entries);
      if (nanos.getAsLong() - nextSpaceCheck >= 0) checkSpace();
      if (failure != null && nanos.getAsLong() - nextTry >= 0) recover();
      if (!entries.isEmpty()) commit(entries);
      if (end) break;
    }
    space.end();
    batch.close();
  }

  /// Waits for commits; true if no more will come.
  private boolean take(List<Entry> into) {
    long octets = 0;
    try {
      Entry e = queue.poll(failure == null ? IDLE_NANOS : RETRY_NANOS, TimeUnit.NANOSECONDS);
      while (e != null) {
        if (e == END) return true;
        queued.addAndGet(-e.size);
        into.add(e);
        octets += e.size;
        Entry next = queue.peek();
        if (next == null || into.size() == BATCH_COMMITS) break;
        if (octets + next.size > BATCH_OCTETS) break;
        e = queue.poll();
      }
    } catch (InterruptedException e) {
      // nobody interrupts this thread; close adds END
    }
    return false;
  }

  private void commit(List<Entry> entries) {
    if (engine.database() == null || writesHeld) {
      for (Entry e : entries) tell(e, new CommitResult.Rejected(failure, null));
      return;
    }
    long begin = nanos.getAsLong();
    if (bringsLocalRows(entries)) {
      try {
        guard.sync();
      } catch (IOException | RuntimeException | Error e) {
        afterFailedGuard(entries, e);
        return;
      }
    }
    List<CommitResult> results = new ArrayList<>(entries.size());
    batch.clear();
    try {
      for (Entry e : entries) results.add(gather(e));
      if (batch.count() > 0) write(batch);
    } catch (RocksDBException | RuntimeException | Error e) {
      // an Error too: without this thread nobody would ever be answered again
      afterFailedWrite(entries, results, e);
      return;
    }
    counters.batches.increment();
    counters.batchNanos.add(nanos.getAsLong() - begin);
    for (int i = 0; i < entries.size(); i++) tell(entries.get(i), results.get(i));
    if (batch.getDataSize() > BATCH_KEEP) {
      batch.close();
      batch = new WriteBatch();
    }
  }

  private static boolean bringsLocalRows(List<Entry> entries) {
    for (Entry e : entries) if (!e.local.isEmpty()) return true;
    return false;
  }

  private void write(WriteBatch b) throws RocksDBException {
    batchNumber++;
    b.put(Keys.BATCH, ByteBuffer.allocate(Long.BYTES).putLong(batchNumber).array());
    counters.octets.add(b.getDataSize());
    engine.database().write(b);
  }

  /// Adds the rows of one commit to the batch, if it is to be written; the result it has once the
  /// batch is durable.
  private CommitResult gather(Entry e) throws RocksDBException {
    if (!e.local.isEmpty() && !guard.trusts(e.local)) {
      return new CommitResult.Rejected("appended data was lost by a failed sync", null);
    }
    long version = 0;
    if (e.commit != null) {
      if (shortOfSpace && !e.local.isEmpty() && guard.bringsMore(e.local)) {
        return new CommitResult.Rejected(trouble(), null);
      }
      Partition p = e.commit.partition();
      Long known = versions.get(p);
      version = known != null ? known : head(engine.database().get(Keys.head(p))).version();
      if (version != e.commit.expectedVersion()) {
        versions.put(p, version);
        return new CommitResult.Conflict(version);
      }
      version++;
      gather(e.commit, version);
      versions.put(p, version);
    }
    for (byte[] k : e.local.deletes()) batch.delete(Keys.local(k));
    for (Row r : e.local.puts()) batch.put(Keys.local(r.key()), r.value());
    return new CommitResult.Committed(version);
  }

  private void gather(Commit c, long version) throws RocksDBException {
    byte[] prefix = c.partition().prefix();
    for (Commit.Range r : c.rangeDeletes()) {
      if (Arrays.compareUnsigned(r.from(), r.to()) >= 0) continue;
      batch.deleteRange(Keys.row(prefix, r.from()), Keys.row(prefix, r.to()));
    }
    for (byte[] k : c.deletes()) batch.delete(Keys.row(prefix, k));
    for (Row r : c.facts()) batch.put(Keys.row(prefix, r.key()), r.value());
    for (Row r : c.puts()) batch.put(Keys.row(prefix, r.key()), r.value());
    ByteBuffer head = ByteBuffer.allocate(HEAD_SIZE);
    head.put(HEAD_FORMAT).putLong(version).putLong(c.commitId());
    batch.put(Keys.head(c.partition()), head.array());
  }

  static Kv.Head head(byte[] value) {
    if (value == null) return new Kv.Head(0, 0);
    if (value.length < HEAD_SIZE || value[0] != HEAD_FORMAT) {
      throw new IllegalStateException("head row of format " + value[0] + ", " + value.length);
    }
    ByteBuffer b = ByteBuffer.wrap(value, 1, 2 * Long.BYTES);
    return new Kv.Head(b.getLong(), b.getLong());
  }

  private void tell(Entry e, CommitResult result) {
    counters.count(result);
    try {
      e.done.accept(result);
    } catch (RuntimeException | Error x) {
      LOG.log(ERROR, "kv-callback-failed", x);
    }
  }

  private void failed(String why) {
    LOG.log(ERROR, "kv-failed reason={0}", why);
    counters.failures.increment();
    failure = why;
    nextTry = nanos.getAsLong() + RETRY_NANOS;
  }

  /// Whether the last failure was not long ago.
  private boolean isAgain() {
    return failure != null || (everRecovered && nanos.getAsLong() - recoveredAt < RETRY_NANOS);
  }

  private void afterFailedGuard(List<Entry> entries, Throwable why) {
    boolean again = isAgain();
    failed("blob sync failed: " + why.getMessage());
    int behind = queue.size();
    for (Entry e : entries) tell(e, new CommitResult.Rejected(failure, why));
    rejectBehind(behind, why);
    recoverOrHold(again);
  }

  /// Memory and disk of the database may differ now: opens it again and looks whether the batch is
  /// there.
  private void afterFailedWrite(List<Entry> entries, List<CommitResult> results, Throwable why) {
    boolean again = isAgain();
    failed("write failed: " + why.getMessage());
    versions.clear();
    Boolean written = null; // cannot be told
    try {
      reopen();
      written = lastBatch(engine.database()) == batchNumber;
    } catch (RocksDBException | RuntimeException e) {
      failed("write failed: " + why.getMessage() + "; opening failed: " + e.getMessage());
    }
    // it was not even tried if a read failed while the batch was gathered
    if (results.size() < entries.size()) written = false;
    int behind = queue.size();
    for (int i = 0; i < entries.size(); i++) {
      CommitResult planned = i < results.size() ? results.get(i) : null;
      tell(entries.get(i), afterFailedWrite(planned, written, why));
    }
    rejectBehind(behind, why);
    if (engine.database() != null) recoverOrHold(again);
  }

  /// @param planned what the commit was to be told, null if it was not looked at
  /// @param written whether the batch is there, null if that cannot be told
  private CommitResult afterFailedWrite(CommitResult planned, Boolean written, Throwable why) {
    if (Boolean.TRUE.equals(written)) return planned;
    if (written == null && planned instanceof CommitResult.Committed) {
      return new CommitResult.Unknown(failure, why);
    }
    // also in place of a conflict: the version it met may have come from this very batch
    return new CommitResult.Rejected(failure, why);
  }

  /// After a first failure looks at once whether writing works again; after another lets some time
  /// pass, so that a broken disk is not opened and closed without end.
  private void recoverOrHold(boolean again) {
    if (again) writesHeld = true;
    else recover();
  }

  /// @param behind how many waited before anybody was told
  private void rejectBehind(int behind, Throwable why) {
    for (int n = behind; n > 0; n--) {
      Entry e = queue.peek();
      if (e == null || e == END) return;
      queue.poll();
      queued.addAndGet(-e.size);
      tell(e, new CommitResult.Rejected(failure, why));
    }
  }

  private void reopen() throws RocksDBException {
    if (space.isShort()) {
      shortOfSpace = true;
      space.release();
    }
    try {
      engine.reopen();
    } catch (RocksDBException e) {
      space.release();
      throw e;
    }
  }

  /// The number of the last batch that is in the database.
  static long lastBatch(Database db) throws RocksDBException {
    byte[] value = db.get(Keys.BATCH);
    return value == null ? 0 : ByteBuffer.wrap(value).getLong();
  }

  /// Opens the database if need be, and tries whether syncing works again.
  private void recover() {
    try {
      if (engine.database() == null || writesFail) {
        reopen();
        versions.clear();
        batchNumber = Math.max(batchNumber, lastBatch(engine.database()));
      }
      guard.sync();
      batch.clear();
      writesFail = true;
      write(batch);
      writesFail = false;
      writesHeld = false;
      recoveredAt = nanos.getAsLong();
      everRecovered = true;
      failure = null;
      LOG.log(INFO, "kv-recovered");
    } catch (RocksDBException | IOException | RuntimeException e) {
      failed("still failing: " + e.getMessage());
      writesHeld = true;
    }
  }

  private void checkSpace() {
    nextSpaceCheck = nanos.getAsLong() + SPACE_CHECK_NANOS;
    boolean is = space.isShort();
    if (is != shortOfSpace) LOG.log(INFO, "kv-space short={0}", is);
    shortOfSpace = is;
    if (is) space.release();
    else space.refill();
    if (!is && failure == null && nanos.getAsLong() - nextHealthCheck >= 0) checkHealth();
  }

  /// After a failed compaction RocksDB goes on without any, until it is opened again.
  private void checkHealth() {
    nextHealthCheck = nanos.getAsLong() + HEALTH_CHECK_NANOS;
    try {
      if (engine.database().backgroundErrors() == 0) return;
      failed("the database gave up a flush or a compaction");
      writesFail = true;
      recover();
    } catch (RocksDBException e) {
      failed("health cannot be told: " + e.getMessage());
    }
  }
}
