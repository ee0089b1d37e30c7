package org.posthorn.store;

import java.util.Arrays;

/// What changes of messages answer. Each was durable before it was returned. What is done in steps
/// is put together by `then`.
public final class Changes {
  private Changes() {}

  /// @param uid of the new entry
  public record Appended(long uidValidity, long uid, EmailId email, long modSeq) {}

  /// @param uids of the new entries, ascending in the order of the messages
  public record Arrived(long uidValidity, UidSet uids, long modSeq) {}

  /// @param in the new entry
  /// @param out the one that it took the place of
  public record Replaced(Arrived in, Expunged out) {}

  /// @param changed entries that now have the flags (also those that had them already)
  /// @param failed entries not touched because their MODSEQ is above UNCHANGEDSINCE (RFC 7162
  ///   §3.1.3)
  /// @param before HIGHESTMODSEQ of the mailbox just before; equal to what a session was told means
  ///   nobody else changed it
  /// @param modSeq of this operation; equal to `before` if nothing changed
  public record Stored(UidSet changed, UidSet failed, long before, long modSeq) {
    Stored then(Stored next) {
      return new Stored(
          changed.union(next.changed),
          failed.union(next.failed),
          beforeBoth(before, modSeq, next.before),
          next.modSeq);
    }
  }

  /// @param before and `modSeq` as in [Stored]
  public record Expunged(UidSet uids, long before, long modSeq) {
    Expunged then(Expunged next) {
      return new Expunged(
          uids.union(next.uids), beforeBoth(before, modSeq, next.before), next.modSeq);
    }
  }

  /// UIDs of `source` and `target` correspond one to one in order (RFC 4315 §3).
  ///
  /// @param before, modSeq of the source mailbox, for MOVE
  public record Copied(long uidValidity, long[] source, long[] target, long before, long modSeq) {
    Copied then(Copied next) {
      return new Copied(
          next.uidValidity,
          join(source, next.source),
          join(target, next.target),
          beforeBoth(before, modSeq, next.before),
          next.modSeq);
    }

    private static long[] join(long[] a, long[] b) {
      long[] out = Arrays.copyOf(a, a.length + b.length);
      System.arraycopy(b, 0, out, a.length, b.length);
      return out;
    }
  }

  /// Of two steps as one. If somebody came in between, the caller cannot take his view forward.
  private static long beforeBoth(long first, long modSeq, long second) {
    return second == modSeq ? first : -1;
  }
}
