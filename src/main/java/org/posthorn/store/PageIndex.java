package org.posthorn.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.posthorn.store.kv.Row;

/// The pages of one mailbox that have entries, ascending, with what each holds. Immutable.
final class PageIndex {
  static final int CHUNK_SHIFT = 8;
  private static final int FORMAT = 1;
  static final PageIndex EMPTY = new PageIndex(new PageRef[0]);

  final PageRef[] pages;
  private int[] before; // entries in the pages before; made when first asked for

  PageIndex(PageRef[] pages) {
    this.pages = pages;
  }

  /// Index of the page with this number, or -(insertion point) - 1.
  int find(int number) {
    int lo = 0;
    int hi = pages.length - 1;
    while (lo <= hi) {
      int mid = (lo + hi) >>> 1;
      int n = pages[mid].number;
      if (n < number) lo = mid + 1;
      else if (n > number) hi = mid - 1;
      else return mid;
    }
    return -lo - 1;
  }

  /// How many entries lie in the pages before each; one longer than [#pages].
  int[] before() {
    int[] b = before;
    if (b == null) {
      b = new int[pages.length + 1];
      for (int i = 0; i < pages.length; i++) b[i + 1] = b[i] + pages[i].count;
      before = b; // a race computes the same twice
    }
    return b;
  }

  /// Index of the page that holds the n-th entry (1-based).
  int pageOfSeq(int seq) {
    int i = Arrays.binarySearch(before(), seq - 1);
    if (i < 0) i = -i - 2;
    return i;
  }

  static int chunkOf(int page) {
    return page >>> CHUNK_SHIFT;
  }

  /// The `x` row of a chunk, or null if none of its pages has entries.
  byte[] chunkRow(int chunk) {
    int from = find(chunk << CHUNK_SHIFT);
    if (from < 0) from = -from - 1;
    int to = from;
    while (to < pages.length && chunkOf(pages[to].number) == chunk) to++;
    int n = to - from;
    if (n == 0) return null;
    long[] column = new long[n];
    Pack p = new Pack(16 + 8 * n).u8(FORMAT).varint(n);
    for (int i = 0; i < n; i++) column[i] = pages[from + i].number;
    p.column(column, n);
    for (int i = 0; i < n; i++) column[i] = pages[from + i].count;
    p.column(column, n);
    for (int i = 0; i < n; i++) column[i] = pages[from + i].unseen;
    p.column(column, n);
    for (int i = 0; i < n; i++) column[i] = pages[from + i].deleted;
    p.column(column, n);
    for (int i = 0; i < n; i++) column[i] = pages[from + i].highest;
    p.column(column, n);
    return p.done();
  }

  static PageIndex decode(List<Row> chunks) {
    List<PageRef> all = new ArrayList<>();
    for (Row row : chunks) {
      Unpack u = Unpack.row(row.value(), FORMAT);
      int n = u.count(0);
      if (n > 1 << CHUNK_SHIFT) throw new Unpack.DamagedRow("chunk of " + n + " pages");
      long[] number = u.column(n);
      long[] count = u.column(n);
      long[] unseen = u.column(n);
      long[] deleted = u.column(n);
      long[] highest = u.column(n);
      for (int i = 0; i < n; i++) {
        all.add(
            new PageRef(
                (int) number[i], (int) count[i], (int) unseen[i], (int) deleted[i], highest[i]));
      }
    }
    return new PageIndex(all.toArray(PageRef[]::new));
  }

  /// A mailbox's index, read from disk when first needed. Pinned like [PageRef], for the same
  /// reason: a writer offers the index before its commit.
  static final class Ref {
    private PageIndex index; // guarded by this

    Ref(PageIndex index) {
      this.index = index;
    }

    synchronized PageIndex peek() {
      return index;
    }

    synchronized PageIndex offer(PageIndex read) {
      if (index == null) index = read;
      return index;
    }
  }
}
