package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;

/// Finds the thread of a message at its arrival; it never changes afterwards (RFC 8474 §5.2).
///
/// Two messages are of one thread if they name a common message id and have the same base subject
/// (RFC 8621 §3). Rows `t` keep the thread of each such pair, rows `c` the members.
final class Threads {
  private Threads() {}

  /// @param hashes of (message id, base subject), see [Scanned]
  static long join(Draft d, long email, List<byte[]> hashes) {
    long thread = 0;
    List<byte[]> unknown = new ArrayList<>();
    for (byte[] hash : hashes) {
      byte[] key = Keys.hash(hash);
      byte[] row = d.get(key);
      if (row == null) unknown.add(key);
      else if (thread == 0) thread = Unpack.row(row, 1).u64();
    }
    if (thread == 0) thread = email;
    byte[] value = new Pack(9).u8(1).u64(thread).done();
    for (byte[] key : unknown) d.put(key, value);
    d.put(Keys.pair('c', thread, email), new byte[] {1});
    return thread;
  }

  /// Enters an email that has its thread from another account. Where this account knows a message
  /// id in another thread, that stays.
  static void adopt(Draft d, MessageRow row) {
    long thread = row.thread().value();
    byte[] value = new Pack(9).u8(1).u64(thread).done();
    for (byte[] hash : row.threadHashes()) {
      byte[] key = Keys.hash(hash);
      if (d.get(key) == null) d.put(key, value);
    }
    d.put(Keys.pair('c', thread, row.email().value()), new byte[] {1});
  }

  /// Removes what a destroyed email left: its membership, and the ids of a thread without members.
  static void leave(Draft d, Account account, MessageRow row) {
    long thread = row.thread().value();
    d.delete(Keys.pair('c', thread, row.email().value()));
    // Ends at the first member that stays: a thread may have a hundred thousand.
    if (account.anyRow(Keys.id('c', thread), r -> d.get(r.key()) != null)) return;
    for (byte[] hash : row.threadHashes()) {
      byte[] key = Keys.hash(hash);
      byte[] t = d.get(key);
      if (t != null && Unpack.row(t, 1).u64() == thread) d.delete(key);
    }
  }
}
