package org.posthorn.store.kv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.rocksdb.RocksDBException;

/// The engine on the disk: RocksDB with one committer.
///
/// A get tries memory on the caller's thread and goes to a small pool of platform threads only if
/// the disk is needed; scans always go there. Writes go to the [Committer]. Every native call is
/// made under the read lock of `opening`, so that closing and opening again wait for it.
public final class RocksKv implements Kv {
  /// Opens the database; tests put one in that fails.
  interface Opener {
    Database open() throws RocksDBException;
  }

  /// Fewer rows are looked up one by one.
  private static final int RUN_MIN = 8;

  private final Opener opener;
  private final ReentrantReadWriteLock opening = new ReentrantReadWriteLock();
  private volatile Database database; // changed under opening's write lock; null: cannot be opened
  private volatile boolean closed; // set under the lock of this
  private final ExecutorService readers;
  private final KvCounters counters = new KvCounters();
  private final Committer committer;
  private final Thread committerThread;

  /// Opens the database in this directory, which is created if need be. A second process that tries
  /// gets an IOException.
  ///
  /// @param nanos monotonic
  public static RocksKv open(Path directory, RocksOptions o, LongSupplier nanos)
      throws IOException {
    Files.createDirectories(directory);
    NativeLibrary.load(directory.resolveSibling("native"));
    Path rows = directory.toAbsolutePath();
    return new RocksKv(
        () -> new Database(rows, o),
        o.readers(),
        new DiskSpace(rows, o, DiskSpace.freeOf(rows)),
        nanos);
  }

  RocksKv(Opener opener, int readers, DiskSpace space, LongSupplier nanos) throws IOException {
    this.opener = opener;
    long lastBatch;
    try {
      database = opener.open();
      lastBatch = Committer.lastBatch(database);
    } catch (RocksDBException e) {
      if (database != null) database.close();
      throw new IOException("database: " + e.getMessage(), e);
    }
    this.readers =
        Executors.newFixedThreadPool(
            readers, Thread.ofPlatform().daemon().name("kv-reader-", 0).factory());
    committer = new Committer(new Opened(), space, nanos, counters, lastBatch);
    committerThread = Thread.ofPlatform().daemon().name("kv-committer").start(committer);
  }

  /// For the committer's thread, the only one that closes and opens.
  private final class Opened implements Committer.Engine {
    @Override
    public Database database() {
      return database;
    }

    @Override
    public void reopen() throws RocksDBException {
      opening.writeLock().lock();
      try {
        if (database != null) database.close();
        database = null;
        database = opener.open();
      } finally {
        opening.writeLock().unlock();
      }
    }
  }

  @Override
  public KvCounters counters() {
    return counters;
  }

  private interface Read<T> {
    T from(Database db) throws RocksDBException;
  }

  /// Reads on a reader thread, and waits.
  private <T> T read(Read<T> read) {
    counters.readsWaited.increment();
    var box = new CompletableFuture<T>();
    checkOpen();
    try {
      readers.execute(() -> answer(read, box));
    } catch (java.util.concurrent.RejectedExecutionException e) {
      throw new IllegalStateException("closed", e);
    }
    try {
      return box.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof IllegalStateException x) throw new IllegalStateException(x);
      throw new KvException("read failed: " + e.getCause().getMessage(), e.getCause());
    }
  }

  private <T> void answer(Read<T> read, CompletableFuture<T> box) {
    opening.readLock().lock();
    try {
      box.complete(read.from(database()));
    } catch (RocksDBException | RuntimeException | Error e) {
      box.completeExceptionally(e);
    } finally {
      opening.readLock().unlock();
    }
  }

  private Database database() {
    checkOpen();
    Database db = database;
    if (db == null) throw new KvException(String.valueOf(trouble()), null);
    return db;
  }

  private void checkOpen() {
    if (closed) throw new IllegalStateException("closed");
  }

  private byte[] getRaw(byte[] key) {
    opening.readLock().lock();
    try {
      byte[] value = database().cached(key);
      counters.readsCached.increment();
      return value;
    } catch (RocksDBException e) {
      throw new KvException("read failed: " + e.getMessage(), e);
    } catch (Database.Miss e) {
      // below, without the lock
    } finally {
      opening.readLock().unlock();
    }
    return read(db -> db.get(key));
  }

  private List<byte[]> getAllRaw(List<byte[]> keys) {
    List<byte[]> out = new ArrayList<>(keys.size());
    opening.readLock().lock();
    try {
      Database db = database();
      if (isRun(keys)) out.addAll(db.cachedRun(keys));
      else for (byte[] k : keys) out.add(db.cached(k));
    } catch (RocksDBException e) {
      throw new KvException("read failed: " + e.getMessage(), e);
    } catch (Database.Miss e) {
      // the rest below, without the lock
    } finally {
      opening.readLock().unlock();
    }
    counters.readsCached.add(out.size());
    if (out.size() < keys.size()) {
      List<byte[]> rest = keys.subList(out.size(), keys.size());
      out.addAll(read(db -> db.getAll(rest)));
    }
    return out;
  }

  /// Whether to look for the next row beside the one before may be worth it.
  private static boolean isRun(List<byte[]> keys) {
    if (keys.size() < RUN_MIN) return false;
    for (int i = 1; i < keys.size(); i++) {
      if (Arrays.compareUnsigned(keys.get(i - 1), keys.get(i)) >= 0) return false;
    }
    return true;
  }

  @Override
  public Head head(Partition partition) {
    return Committer.head(getRaw(Keys.head(partition)));
  }

  @Override
  public byte[] get(Partition partition, byte[] key) {
    return getRaw(Keys.row(partition.prefix(), key));
  }

  @Override
  public List<byte[]> getAll(Partition partition, List<byte[]> keys) {
    byte[] prefix = partition.prefix();
    List<byte[]> raw = new ArrayList<>(keys.size());
    for (byte[] k : keys) raw.add(Keys.row(prefix, k));
    return getAllRaw(raw);
  }

  @Override
  public List<Row> scan(Partition partition, byte[] from, byte[] to, int limit) {
    byte[] prefix = partition.prefix();
    byte[] begin = from == null ? prefix : Keys.row(prefix, from);
    byte[] end = to == null ? Keys.behind(prefix) : Keys.row(prefix, to);
    return read(db -> db.scan(begin, end, prefix.length, limit));
  }

  @Override
  public byte[] getLocal(byte[] key) {
    return getRaw(Keys.local(key));
  }

  @Override
  public List<byte[]> getAllLocal(List<byte[]> keys) {
    List<byte[]> raw = new ArrayList<>(keys.size());
    for (byte[] k : keys) raw.add(Keys.local(k));
    return getAllRaw(raw);
  }

  @Override
  public List<Row> scanLocal(byte[] from, byte[] to, int limit) {
    byte[] prefix = Keys.local(new byte[0]);
    byte[] begin = from == null ? prefix : Keys.local(from);
    byte[] end = to == null ? Keys.behind(prefix) : Keys.local(to);
    return read(db -> db.scan(begin, end, prefix.length, limit));
  }

  @Override
  public List<Partition> partitions(char kind, Partition after, int limit) {
    byte[] prefix = Keys.heads(kind);
    // the least key behind a key is that key and a zero
    byte[] from = after == null ? prefix : Keys.row(Keys.head(after), new byte[1]);
    List<Partition> out = new ArrayList<>();
    for (Row r : read(db -> db.scan(from, Keys.behind(prefix), 1, limit))) {
      out.add(Partition.fromPrefix(r.key(), 0));
    }
    return out;
  }

  @Override
  public void submit(Commit commit, Consumer<CommitResult> done) {
    String excess = commit.excess();
    if (excess != null) {
      checkOpen();
      done.accept(new CommitResult.Rejected(excess, null));
    } else {
      add(new Committer.Entry(commit, commit.local(), commit.size(), done));
    }
  }

  @Override
  public void writeLocal(Commit.Local rows) {
    var box = new CompletableFuture<CommitResult>();
    add(new Committer.Entry(null, rows, rows.size(), box::complete));
    WaitingForLocal.outcome(box);
  }

  private void add(Committer.Entry e) {
    boolean added;
    synchronized (this) {
      checkOpen();
      added = committer.add(e);
    }
    if (!added) e.done().accept(new CommitResult.Rejected("too much waits to be written", null));
  }

  @Override
  public void guardLocal(LocalGuard guard) {
    committer.guard(guard);
  }

  @Override
  public String trouble() {
    return committer.trouble();
  }

  /// A copy of the database in a directory that does not exist yet, by hard links where possible.
  public void checkpoint(Path directory) {
    read(db -> {
      db.checkpoint(directory);
      return null;
    });
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) return;
      closed = true;
      committer.end();
    }
    boolean interrupted = false;
    while (committerThread.isAlive()) {
      try {
        committerThread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    opening.writeLock().lock(); // waits for reads under way
    try {
      if (database != null) {
        if (trouble() == null) database.flush();
        database.close();
      }
      database = null;
    } finally {
      opening.writeLock().unlock();
    }
    readers.shutdown();
    if (interrupted) Thread.currentThread().interrupt();
  }
}
