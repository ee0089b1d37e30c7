package org.posthorn.store.kv;

/// How a commit ended. Exactly these four.
public sealed interface CommitResult {
  /// Durable. `version` is the partition's version from now on.
  record Committed(long version) implements CommitResult {}

  /// Nothing was written: the partition has another version than expected.
  record Conflict(long currentVersion) implements CommitResult {}

  /// Nothing was written, and nothing of it will appear later.
  record Rejected(String reason, Throwable cause) implements CommitResult {}

  /// May or may not be durable: drop cached state, read the head row again; the same commitId there
  /// means committed.
  record Unknown(String reason, Throwable cause) implements CommitResult {}
}
