package org.posthorn.store;

/// What changes of messages answer. Each was durable before it was returned.
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
  public record Stored(UidSet changed, UidSet failed, long before, long modSeq) {}

  /// @param before and `modSeq` as in [Stored]
  public record Expunged(UidSet uids, long before, long modSeq) {}

  /// UIDs of `source` and `target` correspond one to one in order (RFC 4315 §3).
  ///
  /// @param before, modSeq of the source mailbox, for MOVE
  public record Copied(long uidValidity, long[] source, long[] target, long before, long modSeq) {}
}
