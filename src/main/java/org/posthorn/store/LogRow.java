package org.posthorn.store;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A row of the expunge log: what one operation expunged.
///
/// @param seconds when, since 1970
/// @param uids how many
record LogRow(long seconds, long uids, Map<Integer, UidSet> byMailbox) {
  private static final int FORMAT = 1;

  /// What is to be written.
  record Entry(long modSeq, int mailbox, UidSet uids) {}

  /// @param entries of one operation
  static byte[] row(List<Entry> entries, long nowSeconds) {
    Pack p = new Pack(64).u8(FORMAT).varint(nowSeconds).varint(entries.size());
    for (Entry e : entries) {
      p.u32(e.mailbox).varint(e.uids.ranges());
      for (int r = 0; r < e.uids.ranges(); r++) {
        p.varint(e.uids.first(r)).varint(e.uids.last(r) - e.uids.first(r));
      }
    }
    return p.done();
  }

  static LogRow decode(byte[] row) {
    Unpack u = Unpack.row(row, FORMAT);
    long seconds = u.varint();
    Map<Integer, UidSet> out = new HashMap<>();
    long total = 0;
    for (int n = u.count(5); n > 0; n--) {
      int mailbox = (int) u.u32();
      UidSet.Builder b = new UidSet.Builder();
      for (int r = u.count(2); r > 0; r--) {
        long first = u.varint();
        try {
          b.add(first, first + u.varint());
        } catch (IllegalArgumentException e) {
          throw new Unpack.DamagedRow("expunge log: " + e.getMessage());
        }
      }
      UidSet set = b.build();
      total += set.size();
      out.merge(mailbox, set, UidSet::union);
    }
    return new LogRow(seconds, total, out);
  }
}
