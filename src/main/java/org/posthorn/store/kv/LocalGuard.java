package org.posthorn.store.kv;

import java.io.IOException;

/// Whoever keeps data outside the database that local rows name: the blob store.
///
/// The methods are called on the committer's thread, and only for commits that carry local rows.
public interface LocalGuard {
  LocalGuard NONE =
      new LocalGuard() {
        @Override
        public boolean trusts(Commit.Local rows) {
          return true;
        }

        @Override
        public void sync() {}
      };

  /// False if something these rows name was lost to a failed sync after it was appended: the commit
  /// is then Rejected, alone.
  boolean trusts(Commit.Local rows);

  /// True if these rows bring something new that takes room: then a commit is Rejected while the
  /// disk is nearly full.
  default boolean bringsMore(Commit.Local rows) {
    return !rows.puts().isEmpty();
  }

  /// Makes durable what the rows of the coming batch name. Called once per batch, before its synced
  /// write. If it fails, the whole batch and everything behind it is Rejected.
  void sync() throws IOException;
}
