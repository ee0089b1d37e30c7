package org.posthorn.store;

import java.util.Arrays;

/// The entries of one mailbox whose UIDs share all but their low 8 bits, as columns.
///
/// A page that an installed head can reach is never changed; changes are made to a [#copy]. No
/// object per message.
final class Page {
  static final int SHIFT = 8;
  static final int ENTRIES = 1 << SHIFT;
  private static final int FORMAT = 1;

  final int number;
  int count;
  // Fixed for the life of an entry: row `p`.
  long[] uid; // whole UIDs, ascending
  long[] email;
  long[] size;
  long[] date;
  long[] zone;
  long[] saved;
  // Changing: row `f`.
  long[] flags;
  long[] low; // keywords 0–63
  long[] high; // keywords 64–127
  long[] modSeq;

  Page(int number, int capacity) {
    this.number = number;
    uid = new long[capacity];
    email = new long[capacity];
    size = new long[capacity];
    date = new long[capacity];
    zone = new long[capacity];
    saved = new long[capacity];
    flags = new long[capacity];
    low = new long[capacity];
    high = new long[capacity];
    modSeq = new long[capacity];
  }

  static int numberOf(long uid) {
    return (int) (uid >>> SHIFT);
  }

  /// A page with the same entries and room for more, to be changed.
  Page copy() {
    Page p = new Page(number, 0);
    int capacity = Math.min(ENTRIES, count + 16);
    p.count = count;
    p.uid = Arrays.copyOf(uid, capacity);
    p.email = Arrays.copyOf(email, capacity);
    p.size = Arrays.copyOf(size, capacity);
    p.date = Arrays.copyOf(date, capacity);
    p.zone = Arrays.copyOf(zone, capacity);
    p.saved = Arrays.copyOf(saved, capacity);
    p.flags = Arrays.copyOf(flags, capacity);
    p.low = Arrays.copyOf(low, capacity);
    p.high = Arrays.copyOf(high, capacity);
    p.modSeq = Arrays.copyOf(modSeq, capacity);
    return p;
  }

  private void room() {
    if (count < uid.length) return;
    int capacity = Math.min(ENTRIES, Math.max(16, count * 2));
    uid = Arrays.copyOf(uid, capacity);
    email = Arrays.copyOf(email, capacity);
    size = Arrays.copyOf(size, capacity);
    date = Arrays.copyOf(date, capacity);
    zone = Arrays.copyOf(zone, capacity);
    saved = Arrays.copyOf(saved, capacity);
    flags = Arrays.copyOf(flags, capacity);
    low = Arrays.copyOf(low, capacity);
    high = Arrays.copyOf(high, capacity);
    modSeq = Arrays.copyOf(modSeq, capacity);
  }

  void add(Entry e, long newUid, long newModSeq) {
    room();
    uid[count] = newUid;
    email[count] = e.email();
    size[count] = e.size();
    date[count] = e.date();
    zone[count] = e.zone();
    saved[count] = e.saved();
    flags[count] = e.flags();
    low[count] = e.low();
    high[count] = e.high();
    modSeq[count] = newModSeq;
    count++;
  }

  /// One entry as a value, where it is carried from one mailbox to another.
  record Entry(
      long email, long size, long date, long zone, long saved, int flags, long low, long high) {
    Entry withFlags(int other) {
      return new Entry(email, size, date, zone, saved, other, low, high);
    }
  }

  Entry entry(int i) {
    return new Entry(
        email[i], size[i], date[i], zone[i], saved[i], (int) flags[i], low[i], high[i]);
  }

  /// Index of the entry, or -1.
  int find(long wanted) {
    int i = Arrays.binarySearch(uid, 0, count, wanted);
    return i < 0 ? -1 : i;
  }

  /// How many entries have a UID ≤ `wanted`.
  int rank(long wanted) {
    int i = Arrays.binarySearch(uid, 0, count, wanted);
    return i < 0 ? -i - 1 : i + 1;
  }

  /// Removes the entries marked in `gone`.
  void removeAll(boolean[] gone) {
    int to = 0;
    for (int i = 0; i < count; i++) {
      if (gone[i]) continue;
      uid[to] = uid[i];
      email[to] = email[i];
      size[to] = size[i];
      date[to] = date[i];
      zone[to] = zone[i];
      saved[to] = saved[i];
      flags[to] = flags[i];
      low[to] = low[i];
      high[to] = high[i];
      modSeq[to] = modSeq[i];
      to++;
    }
    count = to;
  }

  int unseen() {
    int n = 0;
    for (int i = 0; i < count; i++) if ((flags[i] & Flags.SEEN) == 0) n++;
    return n;
  }

  int deleted() {
    int n = 0;
    for (int i = 0; i < count; i++) if ((flags[i] & Flags.DELETED) != 0) n++;
    return n;
  }

  long highest() {
    long h = 0;
    for (int i = 0; i < count; i++) h = Math.max(h, modSeq[i]);
    return h;
  }

  byte[] fixedRow() {
    Pack p = new Pack(64 + 16 * count).u8(FORMAT).varint(count);
    p.column(uid, count).column(email, count).column(size, count);
    p.column(date, count).column(zone, count).column(saved, count);
    return p.done();
  }

  byte[] changingRow() {
    Pack p = new Pack(64 + 4 * count).u8(FORMAT).varint(count);
    p.column(flags, count).column(low, count).column(high, count).column(modSeq, count);
    return p.done();
  }

  static Page decode(int number, byte[] fixed, byte[] changing) {
    Unpack u = Unpack.row(fixed, FORMAT);
    int n = u.count(0);
    Unpack f = Unpack.row(changing, FORMAT);
    if (n > ENTRIES || f.count(0) != n) {
      throw new Unpack.DamagedRow("page " + number + " of " + n + " entries does not match");
    }
    Page p = new Page(number, 0);
    p.count = n;
    p.uid = u.column(n);
    p.email = u.column(n);
    p.size = u.column(n);
    p.date = u.column(n);
    p.zone = u.column(n);
    p.saved = u.column(n);
    p.flags = f.column(n);
    p.low = f.column(n);
    p.high = f.column(n);
    p.modSeq = f.column(n);
    return p;
  }

  /// Octets of heap, about.
  int weight() {
    return 160 + 10 * (16 + 8 * uid.length);
  }
}
