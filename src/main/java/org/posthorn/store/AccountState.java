package org.posthorn.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// An account as it was at one moment: immutable, and installed only when durable.
///
/// @param version of the partition
/// @param names mailbox number by name; never changed after construction
/// @param boxes mailboxes by number, in chunks
/// @param ids mailbox number by id
/// @param acls access control lists by mailbox number, where there is one; never changed after
///   construction
/// @param seen what users who are not the owner have seen, of those that were asked for lately;
///   never changed after construction
/// @param tail the newest expunges, newest first
record AccountState(
    long version,
    Data data,
    SortedMap<String, Integer> names,
    Boxes boxes,
    Map<Long, Integer> ids,
    SortedSet<String> subscriptions,
    Map<Integer, Acl> acls,
    Map<Seen.Key, Seen> seen,
    LogTail tail) {

  /// INBOX before all others.
  static final Comparator<String> BY_NAME =
      Comparator.<String>comparingInt(n -> n.equals("INBOX") ? 0 : 1)
          .thenComparing(Comparator.naturalOrder());

  /// Had one limit, and counted no metadata.
  private static final int OLD_FORMAT = 1;

  private static final int FORMAT = 2;

  /// Users and mailboxes of which it is kept in memory what has been seen.
  private static final int SEEN_MAX = 512;

  /// Row `a`.
  ///
  /// @param epoch raised by restore and repair, so that no MODSEQ is given twice
  /// @param usedBytes each email once
  /// @param logFloor below it the expunge log is not complete
  /// @param logged UIDs in the log
  /// @param oldestGrave seconds since 1970 when the oldest grave may be cleared; 0 if there is none
  /// @param removed the account is being taken away
  /// @param metadataBytes what rows `d` count for together
  record Data(
      long modSeq,
      long epoch,
      int nextMailbox,
      long nextUidValidity,
      long usedBytes,
      long emails,
      Quota quota,
      long logFloor,
      long logged,
      long oldestGrave,
      boolean removed,
      long metadataBytes) {

    byte[] row() {
      Pack p = new Pack(64).u8(FORMAT).varint(modSeq).varint(epoch).varint(nextMailbox);
      p.varint(nextUidValidity).varint(usedBytes).varint(emails);
      quota.pack(p);
      p.varint(logFloor).varint(logged).varint(oldestGrave).u8(removed ? 1 : 0);
      return p.varint(metadataBytes).done();
    }

    static Data decode(byte[] row) {
      boolean old = row.length > 0 && row[0] == OLD_FORMAT;
      Unpack u = Unpack.row(row, old ? OLD_FORMAT : FORMAT);
      return new Data(
          u.varint(),
          u.varint(),
          (int) u.varint(),
          u.varint(),
          u.varint(),
          u.varint(),
          old ? oldQuota(u.varint()) : Quota.unpack(u),
          u.varint(),
          u.varint(),
          u.varint(),
          u.u8() == 1,
          old ? 0 : u.varint());
    }

    private static Quota oldQuota(long octets) {
      return octets <= 0 ? Quota.UNLIMITED : Quota.ofOctets(octets);
    }
  }

  /// Mailboxes by number; a changed copy shares all chunks but the one touched, so ten thousand
  /// mailboxes do not make a delivery slow.
  static final class Boxes {
    private static final int SHIFT = 6;
    static final Boxes EMPTY = new Boxes(new Mailbox[0][]);
    private final Mailbox[][] chunks;

    private Boxes(Mailbox[][] chunks) {
      this.chunks = chunks;
    }

    Mailbox get(int number) {
      int c = number >>> SHIFT;
      return c < chunks.length && chunks[c] != null ? chunks[c][number & 63] : null;
    }

    /// @param box null removes
    Boxes with(int number, Mailbox box) {
      int c = number >>> SHIFT;
      Mailbox[][] outer = java.util.Arrays.copyOf(chunks, Math.max(chunks.length, c + 1));
      outer[c] = outer[c] == null ? new Mailbox[64] : outer[c].clone();
      outer[c][number & 63] = box;
      return new Boxes(outer);
    }

    Map<Long, Integer> ids() {
      Map<Long, Integer> out = new HashMap<>();
      for (Mailbox m : all()) out.put(m.data.id(), m.number);
      return out;
    }

    List<Mailbox> all() {
      List<Mailbox> out = new ArrayList<>();
      for (Mailbox[] c : chunks) {
        if (c == null) continue;
        for (Mailbox m : c) if (m != null) out.add(m);
      }
      return out;
    }
  }

  /// The newest expunges in memory, as a list that old heads share. It ends in an entry without
  /// UIDs: from there on the list is complete, so that whoever is newer need not ask the disk.
  record LogTail(long modSeq, int mailbox, UidSet uids, LogTail older, int depth) {
    private static final int NO_MAILBOX = -1;

    private static final int DEPTH_MAX = 512;
    private static final int DEPTH_KEPT = 128;

    /// Nothing was expunged after `modSeq` so far.
    static LogTail from(long modSeq) {
      return new LogTail(modSeq, NO_MAILBOX, UidSet.EMPTY, null, 1);
    }

    static LogTail push(LogTail tail, long modSeq, int mailbox, UidSet uids) {
      LogTail t = new LogTail(modSeq, mailbox, uids, tail, tail == null ? 1 : tail.depth + 1);
      return t.depth <= DEPTH_MAX ? t : t.cut(DEPTH_KEPT);
    }

    private LogTail cut(int keep) {
      LogTail[] newest = new LogTail[keep];
      LogTail t = this;
      for (int i = 0; i < keep; i++, t = t.older) newest[i] = t;
      LogTail out = null;
      for (int i = keep - 1; i >= 0; i--) {
        LogTail n = newest[i];
        out = new LogTail(n.modSeq, n.mailbox, n.uids, out, keep - i);
      }
      return out;
    }
  }

  /// Before the first commit.
  static AccountState empty() {
    Data d = new Data(0, 1, 1, 1, 0, 0, Quota.UNLIMITED, 0, 0, 0, false, 0);
    return new AccountState(
        0,
        d,
        emptyNames(),
        Boxes.EMPTY,
        Map.of(),
        emptySubscriptions(),
        Map.of(),
        Map.of(),
        LogTail.from(0));
  }

  static SortedMap<String, Integer> emptyNames() {
    return new TreeMap<>(BY_NAME);
  }

  static SortedSet<String> emptySubscriptions() {
    return new TreeSet<>(BY_NAME);
  }

  Mailbox named(String name) {
    Integer number = names.get(name);
    return number == null ? null : boxes.get(number);
  }

  /// The same state with more in memory.
  AccountState with(Seen.Key key, Seen read) {
    return new AccountState(
        version, data, names, boxes, ids, subscriptions, acls, with(seen, key, read), tail);
  }

  /// A copy with another entry, and without others if they were too many.
  static Map<Seen.Key, Seen> with(Map<Seen.Key, Seen> seen, Seen.Key key, Seen one) {
    Map<Seen.Key, Seen> more = new HashMap<>(seen);
    if (more.size() >= SEEN_MAX) {
      more.keySet().removeAll(List.copyOf(more.keySet()).subList(0, SEEN_MAX / 2));
    }
    more.put(key, one);
    return more;
  }

  Acl acl(int number) {
    return acls.getOrDefault(number, Acl.EMPTY);
  }

  Mailbox byId(long id) {
    Integer number = ids.get(id);
    return number == null ? null : boxes.get(number);
  }
}
