package org.posthorn.store;

/// Notes of one kind about messages of one page: some octets for each UID that has been looked at.
/// Immutable.
final class NoteColumn {
  static final NoteColumn EMPTY = new NoteColumn(new long[Page.ENTRIES / Long.SIZE], 0, 0);

  /// Octets of heap beside what is in the arrays.
  private static final int WEIGHT = 200;

  private final long[] known; // a bit for each UID of the page
  private final byte[] octets;
  private final int[] ends; // in octets, by the place among those known

  private NoteColumn(long[] known, int notes, int octets) {
    this.known = known;
    this.octets = new byte[octets];
    this.ends = new int[notes];
  }

  /// The place of the note about a UID of this page; -1 if there is none.
  int place(long uid) {
    int slot = slot(uid);
    int word = slot / Long.SIZE;
    if ((known[word] >>> slot & 1) == 0) return -1;
    int before = Long.bitCount(known[word] & (1L << slot) - 1);
    for (int w = 0; w < word; w++) before += Long.bitCount(known[w]);
    return before;
  }

  private static int slot(long uid) {
    return (int) (uid & Page.ENTRIES - 1);
  }

  byte[] octets() {
    return octets;
  }

  int from(int place) {
    return place == 0 ? 0 : ends[place - 1];
  }

  int to(int place) {
    return ends[place];
  }

  /// With further notes, those from `from` up to before `to`; where there is one, it stays.
  ///
  /// @param notes null where there is nothing to add
  NoteColumn with(long[] uids, byte[][] notes, int from, int to) {
    byte[][] added = new byte[Page.ENTRIES][];
    long[] all = known.clone();
    int count = ends.length;
    int size = octets.length;
    for (int i = from; i < to; i++) {
      int slot = slot(uids[i]);
      if (notes[i] == null || (all[slot / Long.SIZE] >>> slot & 1) != 0) continue;
      all[slot / Long.SIZE] |= 1L << slot;
      added[slot] = notes[i];
      count++;
      size += notes[i].length;
    }
    NoteColumn next = new NoteColumn(all, count, size);
    int old = 0;
    int n = 0;
    int at = 0;
    for (int slot = 0; slot < Page.ENTRIES; slot++) {
      if ((all[slot / Long.SIZE] >>> slot & 1) == 0) continue;
      byte[] source = added[slot];
      int start = 0;
      int length;
      if (source == null) {
        source = octets;
        start = from(old);
        length = ends[old++] - start;
      } else {
        length = source.length;
      }
      System.arraycopy(source, start, next.octets, at, length);
      at += length;
      next.ends[n++] = at;
    }
    return next;
  }

  /// Octets of heap, about.
  int weight() {
    return WEIGHT + octets.length + Integer.BYTES * ends.length;
  }
}
