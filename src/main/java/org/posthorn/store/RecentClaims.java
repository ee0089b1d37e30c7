package org.posthorn.store;

import java.util.concurrent.ConcurrentHashMap;

/// Who took `\Recent` of which messages of an account: kept in memory, and written with the
/// mailbox's next commit (RFC 3501 §2.3.2 allows what a crash makes of that).
final class RecentClaims {
  // First UID recent to nobody, by mailbox number, where it is above what row `m` says.
  private final ConcurrentHashMap<Integer, Long> claimed = new ConcurrentHashMap<>();

  /// The UIDs from the answer up to UIDNEXT are the caller's.
  long claim(Mailbox box) {
    long next = box.uidNext();
    long[] before = new long[1];
    claimed.compute(
        box.number,
        (n, until) -> {
          before[0] = Math.max(until == null ? 0 : until, box.data.recentFrom());
          return Math.max(before[0], next);
        });
    return before[0];
  }

  /// The first UID that is nobody's yet.
  long from(Mailbox box) {
    return Math.max(claimed(box.number), box.data.recentFrom());
  }

  /// The same, as far as it is claimed; 0 if nothing is.
  long claimed(int mailboxNumber) {
    return claimed.getOrDefault(mailboxNumber, 0L);
  }
}
