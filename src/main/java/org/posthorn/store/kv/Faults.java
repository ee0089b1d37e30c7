package org.posthorn.store.kv;

/// Tells [MemoryKv] where to fail. Called on the thread that would fail.
public interface Faults {
  Faults NONE = new Faults() {};

  /// What becomes of a commit, asked on the committer's thread in the order of submission.
  enum Fate {
    /// As if nothing had happened: Committed or Conflict.
    APPLY,
    /// Rejected.
    REJECT,
    /// Unknown, but it is there.
    UNKNOWN_APPLIED,
    /// Unknown, and it is not there.
    UNKNOWN_LOST,
    /// The process dies before this commit became durable: it and all behind it are lost. Whoever
    /// waits is told Unknown, so that no thread of a test waits for ever.
    CRASH_LOST,
    /// The process dies after this commit became durable and before anybody was told.
    CRASH_KEPT
  }

  /// @param commit the commit, or null for [Kv#writeLocal]
  default Fate commit(Commit commit) {
    return Fate.APPLY;
  }

  /// Called before every read; throws [KvException] to make it fail.
  default void read() {}

  /// What [Kv#trouble] says.
  default String trouble() {
    return null;
  }
}
