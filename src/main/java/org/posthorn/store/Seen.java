package org.posthorn.store;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.posthorn.store.kv.Row;

/// Which messages of a mailbox one user has seen who is not its owner; immutable. The owner's own
/// `\Seen` is in the pages, with the other flags, which all users share.
///
/// Row `s` holds a page of 256 UIDs: a bit for each, and the MODSEQ of its last change. Row `v`
/// says the highest of these. A UID is never given twice, so the bits of what was expunged do no
/// harm; pages without messages are dropped when there are many and something else changes.
final class Seen {
  /// @param mailbox number
  record Key(int mailbox, AccountId user) {}

  private static final int FORMAT = 1;
  private static final int WORDS = Page.ENTRIES / Long.SIZE;

  /// Pages kept though no message of them is left, besides as many as have messages.
  private static final int EMPTY_PAGES_MAX = 16;

  private final Map<Integer, Part> parts;
  private final long highest;

  // The last count, and of which pages; a race counts twice.
  private volatile Count counted = new Count(null, 0);

  private record Count(PageIndex of, int seen) {}

  /// A page as it is on disk; decoded while it is used.
  private record Part(byte[] row, long highest) {}

  private Seen(Map<Integer, Part> parts, long highest) {
    this.parts = parts;
    this.highest = highest;
  }

  /// Reads the rows; nothing may be committed meanwhile.
  static Seen load(Account account, Key key) {
    Map<Integer, Part> parts = new HashMap<>();
    long highest = 0;
    byte[] prefix = key('s', key);
    for (Row r : account.scanAll(prefix, Keys.after(prefix))) {
      Marks m = Marks.decode(r.value());
      parts.put((int) Keys.u32(r.key(), prefix.length), new Part(r.value(), m.highest()));
      highest = Math.max(highest, m.highest());
    }
    return new Seen(parts, highest);
  }

  static byte[] key(char letter, Key key) {
    return new Pack(13).u8(letter).u32(key.mailbox).u64(key.user.value()).done();
  }

  /// MODSEQ of the last change; 0 if there was none.
  long highest() {
    return highest;
  }

  /// The same of one page.
  long highest(int page) {
    Part p = parts.get(page);
    return p == null ? 0 : p.highest;
  }

  /// Null if nothing of the page was ever seen.
  Marks marks(int page) {
    Part p = parts.get(page);
    return p == null ? null : Marks.decode(p.row);
  }

  /// How many of the mailbox's messages are seen.
  int count(Mailbox box) {
    PageIndex index = box.index();
    Count c = counted;
    if (c.of == index) return c.seen;
    int n = 0;
    for (Map.Entry<Integer, Part> e : parts.entrySet()) {
      int at = index.find(e.getKey());
      if (at < 0) continue;
      Marks m = Marks.decode(e.getValue().row);
      Page p = box.page(index.pages[at]);
      for (int i = 0; i < p.count; i++) if (m.has(p.uid[i])) n++;
    }
    counted = new Count(index, n);
    return n;
  }

  static long decodeHighest(byte[] row) {
    return Unpack.row(row, FORMAT).varint();
  }

  /// One page.
  static final class Marks {
    private final long[] bits;
    private final long[] modSeq;

    private Marks(long[] bits, long[] modSeq) {
      this.bits = bits;
      this.modSeq = modSeq;
    }

    static Marks decode(byte[] row) {
      Unpack u = Unpack.row(row, FORMAT);
      long[] bits = new long[WORDS];
      for (int i = 0; i < WORDS; i++) bits[i] = u.u64();
      return new Marks(bits, u.column(Page.ENTRIES));
    }

    byte[] row() {
      Pack p = new Pack(64).u8(FORMAT);
      for (long b : bits) p.u64(b);
      return p.column(modSeq, Page.ENTRIES).done();
    }

    boolean has(long uid) {
      int slot = (int) uid & Page.ENTRIES - 1;
      return (bits[slot / Long.SIZE] >>> slot & 1) != 0;
    }

    long modSeq(long uid) {
      return modSeq[(int) uid & Page.ENTRIES - 1];
    }

    long highest() {
      long h = 0;
      for (long m : modSeq) h = Math.max(h, m);
      return h;
    }

    private void set(long uid, boolean seen, long at) {
      int slot = (int) uid & Page.ENTRIES - 1;
      if (seen) bits[slot / Long.SIZE] |= 1L << slot;
      else bits[slot / Long.SIZE] &= ~(1L << slot);
      modSeq[slot] = at;
    }
  }

  /// What a draft changes.
  static final class Edit {
    private final Seen before;
    private final Map<Integer, Marks> changed = new TreeMap<>();
    private final Map<Integer, Marks> read = new HashMap<>();
    private long highest;

    Edit(Seen before) {
      this.before = before;
      this.highest = before.highest;
    }

    long highest() {
      return highest;
    }

    boolean isChanged() {
      return !changed.isEmpty();
    }

    private Marks marks(long uid) {
      return read.computeIfAbsent(Page.numberOf(uid), before::marks);
    }

    boolean has(long uid) {
      Marks m = marks(uid);
      return m != null && m.has(uid);
    }

    long modSeq(long uid) {
      Marks m = marks(uid);
      return m == null ? 0 : m.modSeq(uid);
    }

    void set(long uid, boolean seen, long modSeq) {
      Marks m = marks(uid);
      if (m == null) m = new Marks(new long[WORDS], new long[Page.ENTRIES]);
      m.set(uid, seen, modSeq);
      read.put(Page.numberOf(uid), m);
      changed.put(Page.numberOf(uid), m);
      highest = modSeq;
    }

    /// Writes the rows and gives what will be.
    Seen finish(Draft d, Key key) {
      Map<Integer, Part> parts = new HashMap<>(before.parts);
      for (Map.Entry<Integer, Marks> e : changed.entrySet()) {
        byte[] row = e.getValue().row();
        d.put(row(key, e.getKey()), row);
        parts.put(e.getKey(), new Part(row, e.getValue().highest()));
      }
      d.put(key('v', key), new Pack(10).u8(FORMAT).varint(highest).done());
      dropEmpty(d, key, parts);
      return new Seen(parts, highest);
    }

    private void dropEmpty(Draft d, Key key, Map<Integer, Part> parts) {
      PageIndex index = d.box(key.mailbox).before.index();
      if (parts.size() <= 2 * index.pages.length + EMPTY_PAGES_MAX) return;
      // What this draft has changed may be of a page that is new.
      parts
          .keySet()
          .removeIf(page -> {
            boolean empty = index.find(page) < 0 && !changed.containsKey(page);
            if (empty) d.delete(row(key, page));
            return empty;
          });
    }

    private static byte[] row(Key key, int page) {
      return new Pack(17).raw(key('s', key)).u32(page).done();
    }
  }
}
