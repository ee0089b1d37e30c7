package org.posthorn.store.kv;

import java.util.List;
import java.util.function.Consumer;

/// An ordered map of (partition, key) to value, changed by commits that name the version they
/// expect.
///
/// Any thread may call. Reads may wait for the disk on a platform thread of the engine, never on
/// the caller's carrier, and fail with [KvException]. Nothing of the engine is held after a call
/// returns.
public interface Kv extends AutoCloseable {
  int KEY_MAX = 256;
  int VALUE_MAX = 256 * 1024;
  long COMMIT_MAX = 64L << 20;

  /// The head row of a partition.
  ///
  /// @param version 0 if the partition was never written
  record Head(long version, long commitId) {}

  Head head(Partition partition);

  /// The value, or null.
  byte[] get(Partition partition, byte[] key);

  /// The values in the order of `keys`, null for those absent.
  List<byte[]> getAll(Partition partition, List<byte[]> keys);

  /// Rows with `from` ≤ key < `to` in order, at most `limit` of them, of one version of the
  /// partition. `from` null means its begin, `to` null its end. A caller wanting more goes on
  /// behind the last key.
  List<Row> scan(Partition partition, byte[] from, byte[] to, int limit);

  /// The rows under these keys of the local key space, see [Commit.Local].
  byte[] getLocal(byte[] key);

  /// As [#getAll], of the local key space.
  List<byte[]> getAllLocal(List<byte[]> keys);

  List<Row> scanLocal(byte[] from, byte[] to, int limit);

  /// Partitions of a kind that have a head row, in the order of [Partition#prefix], after `after`
  /// (null: from the first).
  List<Partition> partitions(char kind, Partition after, int limit);

  /// Hands a commit over and returns at once; `done` is called exactly once, on a thread of the
  /// engine (or on the caller's, for a commit over the limits), after the outcome is known, and
  /// must not block. Commits of one partition take effect in the order of submission.
  void submit(Commit commit, Consumer<CommitResult> done);

  /// Hands a commit over and waits for its outcome.
  default CommitResult commit(Commit commit) {
    var box = new java.util.concurrent.CompletableFuture<CommitResult>();
    submit(commit, box::complete);
    return box.join();
  }

  /// Writes rows of the local key space alone, synced. Waits. Fails with [KvException], and then
  /// the rows may or may not be there.
  void writeLocal(Commit.Local rows);

  /// Says who keeps what local rows name. Called once, by the blob store, before the first commit
  /// that carries any.
  void guardLocal(LocalGuard guard);

  /// Null if writes work; else why not (disk full, failed sync), and the engine is trying to
  /// recover.
  String trouble();

  /// What the engine did since it was opened.
  KvCounters counters();

  /// Waits for commits under way, then closes. Later calls fail with IllegalStateException.
  @Override
  void close();
}
