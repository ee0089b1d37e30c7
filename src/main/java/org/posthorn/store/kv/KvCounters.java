package org.posthorn.store.kv;

import java.util.concurrent.atomic.LongAdder;

/// What the engine did since it was opened.
public final class KvCounters {
  /// Commits by their outcome.
  public final LongAdder committed = new LongAdder();

  public final LongAdder conflicts = new LongAdder();
  public final LongAdder rejected = new LongAdder();
  public final LongAdder unknown = new LongAdder();

  /// Synced writes, and the nanoseconds spent in them and in syncing blobs before.
  public final LongAdder batches = new LongAdder();

  public final LongAdder batchNanos = new LongAdder();

  /// Octets of rows written.
  public final LongAdder octets = new LongAdder();

  /// Reads answered from memory on the caller's thread, and those that went to a reader thread.
  public final LongAdder readsCached = new LongAdder();

  public final LongAdder readsWaited = new LongAdder();

  /// Failed writes and syncs.
  public final LongAdder failures = new LongAdder();

  void count(CommitResult result) {
    switch (result) {
      case CommitResult.Committed _ -> committed.increment();
      case CommitResult.Conflict _ -> conflicts.increment();
      case CommitResult.Rejected _ -> rejected.increment();
      case CommitResult.Unknown _ -> unknown.increment();
    }
  }
}
