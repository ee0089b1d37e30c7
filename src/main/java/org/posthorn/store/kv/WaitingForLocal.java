package org.posthorn.store.kv;

import java.util.concurrent.CompletableFuture;

/// Turns the outcome of a write of local rows into return or exception.
final class WaitingForLocal {
  private WaitingForLocal() {}

  static void outcome(CompletableFuture<CommitResult> box) {
    switch (box.join()) {
      case CommitResult.Committed _ -> {}
      case CommitResult.Conflict c -> throw new AssertionError("local rows have no version " + c);
      case CommitResult.Rejected(String why, Throwable cause) -> throw new KvException(why, cause);
      case CommitResult.Unknown(String why, Throwable cause) -> throw new KvException(why, cause);
    }
  }
}
