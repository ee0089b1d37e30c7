package org.posthorn.directory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.store.Ids;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The rows of one partition, changed by commits that name the version they expect.
///
/// A change is a function from what is there to rows and a result. It is applied again after a
/// Conflict, and after an outcome that stays in doubt because others wrote behind it, so it must
/// decide by what it reads. Changes of one object go one after the other; those of other processes
/// show as Conflict.
final class PartitionRows {
  /// Conflicts in a row before we give up.
  private static final int CONFLICTS_MAX = 100;

  /// How often an unknown outcome is asked for.
  private static final int RESOLVE_TRIES = 20;

  private static final long RESOLVE_PAUSE_NANOS = 500_000_000L;
  private static final int SCAN_BATCH = 1000;

  private final Kv kv;
  private final Ids ids;
  private final Partition partition;

  PartitionRows(Kv kv, Ids ids, Partition partition) {
    this.kv = kv;
    this.ids = ids;
    this.partition = partition;
  }

  /// A function from what is there to rows and a result.
  interface Change<R> {
    R apply(Edit edit);
  }

  /// What a change reads and writes.
  final class Edit {
    private final List<Row> puts = new ArrayList<>();
    private final List<byte[]> deletes = new ArrayList<>();
    private final List<Commit.Range> ranges = new ArrayList<>();

    private Edit() {}

    byte[] get(byte[] key) {
      return PartitionRows.this.get(key);
    }

    List<Row> scan(byte[] from, byte[] to) {
      return PartitionRows.this.scan(from, to);
    }

    void put(byte[] key, byte[] value) {
      puts.add(new Row(key, value));
    }

    void delete(byte[] key) {
      deletes.add(key);
    }

    void deleteRange(byte[] from, byte[] to) {
      ranges.add(new Commit.Range(from, to));
    }

    private boolean isEmpty() {
      return puts.isEmpty() && deletes.isEmpty() && ranges.isEmpty();
    }
  }

  byte[] get(byte[] key) {
    return kv.get(partition, key);
  }

  /// All rows from `from` up to `to`.
  List<Row> scan(byte[] from, byte[] to) {
    List<Row> out = new ArrayList<>();
    while (true) {
      List<Row> some = kv.scan(partition, from, to, SCAN_BATCH);
      out.addAll(some);
      if (some.size() < SCAN_BATCH) return out;
      byte[] last = some.getLast().key();
      from = Arrays.copyOf(last, last.length + 1);
    }
  }

  /// Durable on return.
  synchronized <R> R change(Change<R> change) {
    for (int i = 0; i < CONFLICTS_MAX; i++) {
      // The head first: rows that change afterwards make the commit a Conflict.
      long version = kv.head(partition).version();
      Edit edit = new Edit();
      R result = change.apply(edit);
      if (edit.isEmpty() || commit(version, edit)) return result;
    }
    throw new DirectoryException(Reason.UNAVAILABLE, partition + " changes all the time");
  }

  /// False if it must be tried again.
  private boolean commit(long version, Edit edit) {
    Commit commit =
        new Commit(
            partition,
            version,
            ids.next(),
            List.of(),
            edit.puts,
            edit.deletes,
            edit.ranges,
            Commit.Local.NONE);
    return switch (kv.commit(commit)) {
      case CommitResult.Committed _ -> true;
      case CommitResult.Conflict _ -> false;
      case CommitResult.Rejected r -> throw unavailable(r.reason(), r.cause());
      case CommitResult.Unknown u -> resolve(commit, u);
    };
  }

  /// Whether a commit of unknown outcome took place; only the head row can tell. False also if
  /// somebody else wrote behind it: the change then finds its own rows or not.
  private boolean resolve(Commit commit, CommitResult.Unknown unknown) {
    for (int i = 0; i < RESOLVE_TRIES; i++) {
      try {
        Kv.Head head = kv.head(partition);
        if (head.commitId() == commit.commitId()) return true;
        if (head.version() != commit.expectedVersion()) return false;
        throw unavailable(unknown.reason(), unknown.cause());
      } catch (KvException e) {
        LockSupport.parkNanos(RESOLVE_PAUSE_NANOS);
      }
    }
    throw unavailable("outcome unknown: " + unknown.reason(), unknown.cause());
  }

  private static DirectoryException unavailable(String why, Throwable cause) {
    return new DirectoryException(Reason.UNAVAILABLE, "not written: " + why, cause);
  }
}
