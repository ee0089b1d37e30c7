package org.posthorn.store;

import java.util.ArrayList;
import java.util.List;

/// Keywords of messages as bits of their mailbox's table.
record KeywordBits(long low, long high) {
  static final KeywordBits NONE = new KeywordBits(0, 0);

  /// Characters of a keyword: all of a mailbox's are in its row, which each change writes.
  static final int LENGTH_MAX = 100;

  /// `table` with `names` in it; [Refused] with LIMIT if they do not fit. Changes nothing.
  static List<String> tableWith(List<String> table, List<String> names) {
    List<String> out = table;
    for (String name : names) {
      if (indexOf(out, name) >= 0) continue;
      if (name.length() > LENGTH_MAX) {
        throw new Refused(
            Refused.Reason.LIMIT, "a keyword has at most " + LENGTH_MAX + " characters");
      }
      if (out.size() == Mailbox.KEYWORDS_MAX) {
        throw new Refused(
            Refused.Reason.LIMIT, "a mailbox has at most " + Mailbox.KEYWORDS_MAX + " keywords");
      }
      if (out == table) out = new ArrayList<>(table);
      out.add(name);
    }
    return out;
  }

  /// Bits of those names that the table has.
  static KeywordBits of(List<String> table, List<String> names) {
    if (names.isEmpty()) return NONE;
    long low = 0;
    long high = 0;
    for (String name : names) {
      int i = indexOf(table, name);
      if (i >= 64) high |= 1L << (i - 64);
      else if (i >= 0) low |= 1L << i;
    }
    return new KeywordBits(low, high);
  }

  /// Names of the bits.
  static List<String> names(List<String> table, long low, long high) {
    if (low == 0 && high == 0) return List.of();
    List<String> out = new ArrayList<>();
    for (int i = 0; i < table.size(); i++) {
      long bit = i < 64 ? low >>> i : high >>> (i - 64);
      if ((bit & 1) != 0) out.add(table.get(i));
    }
    return out;
  }

  private static int indexOf(List<String> table, String name) {
    for (int i = 0; i < table.size(); i++) if (table.get(i).equalsIgnoreCase(name)) return i;
    return -1;
  }
}
