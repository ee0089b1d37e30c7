package org.posthorn.store;

import java.util.Arrays;
import java.util.function.LongConsumer;

/// An immutable set of UIDs (1 to 2^32-1) as sorted, disjoint, non-adjacent ranges.
public final class UidSet {
  public static final long UID_MAX = 0xFFFF_FFFFL;
  public static final UidSet EMPTY = new UidSet(new long[0], 0);
  public static final UidSet ALL = range(1, UID_MAX);

  private final long[] bounds; // first, last, first, last, …
  private final long size;

  private UidSet(long[] bounds, long size) {
    this.bounds = bounds;
    this.size = size;
  }

  public static UidSet of(long... uids) {
    Builder b = new Builder();
    long[] sorted = uids.clone();
    Arrays.sort(sorted);
    for (long u : sorted) b.add(u);
    return b.build();
  }

  public static UidSet range(long first, long last) {
    return new Builder().add(first, last).build();
  }

  public boolean isEmpty() {
    return bounds.length == 0;
  }

  /// How many UIDs.
  public long size() {
    return size;
  }

  public int ranges() {
    return bounds.length / 2;
  }

  public long first(int range) {
    return bounds[2 * range];
  }

  public long last(int range) {
    return bounds[2 * range + 1];
  }

  public long first() {
    return bounds[0];
  }

  public long last() {
    return bounds[bounds.length - 1];
  }

  public boolean contains(long uid) {
    int r = rangeAtOrAfter(uid);
    return r < ranges() && first(r) <= uid;
  }

  /// Index of the first range whose end is at or behind `uid`; [#ranges] if there is none.
  public int rangeAtOrAfter(long uid) {
    int lo = 0;
    int hi = ranges();
    while (lo < hi) {
      int mid = (lo + hi) >>> 1;
      if (last(mid) < uid) lo = mid + 1;
      else hi = mid;
    }
    return lo;
  }

  /// How many of the UIDs are ≤ `uid`.
  public long rank(long uid) {
    long n = 0;
    for (int r = 0; r < ranges() && first(r) <= uid; r++) {
      n += Math.min(uid, last(r)) - first(r) + 1;
    }
    return n;
  }

  public void forEach(LongConsumer action) {
    for (int r = 0; r < ranges(); r++) {
      for (long u = first(r); u <= last(r); u++) action.accept(u);
    }
  }

  public long[] toArray() {
    if (size > Integer.MAX_VALUE - 8) throw new IllegalStateException("set of " + size + " UIDs");
    long[] out = new long[(int) size];
    int n = 0;
    for (int r = 0; r < ranges(); r++) {
      for (long u = first(r); u <= last(r); u++) out[n++] = u;
    }
    return out;
  }

  public UidSet union(UidSet other) {
    if (isEmpty()) return other;
    if (other.isEmpty()) return this;
    Builder b = new Builder();
    int i = 0;
    int j = 0;
    while (i < ranges() || j < other.ranges()) {
      if (j >= other.ranges() || (i < ranges() && first(i) <= other.first(j))) {
        b.add(first(i), last(i++));
      } else {
        b.add(other.first(j), other.last(j++));
      }
    }
    return b.build();
  }

  public UidSet intersect(UidSet other) {
    Builder b = new Builder();
    int i = 0;
    int j = 0;
    while (i < ranges() && j < other.ranges()) {
      long from = Math.max(first(i), other.first(j));
      long to = Math.min(last(i), other.last(j));
      if (from <= to) b.add(from, to);
      if (last(i) < other.last(j)) i++;
      else j++;
    }
    return b.build();
  }

  public UidSet minus(UidSet other) {
    Builder b = new Builder();
    int j = 0;
    for (int i = 0; i < ranges(); i++) {
      long from = first(i);
      while (j < other.ranges() && other.last(j) < from) j++;
      int k = j;
      while (k < other.ranges() && other.first(k) <= last(i)) {
        if (other.first(k) > from) b.add(from, other.first(k) - 1);
        from = other.last(k) + 1;
        k++;
      }
      if (from <= last(i)) b.add(from, last(i));
    }
    return b.build();
  }

  /// The form of IMAP (RFC 9051 §9, sequence-set): `1:3,7`. Empty for the empty set.
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    for (int r = 0; r < ranges(); r++) {
      if (r > 0) s.append(',');
      s.append(first(r));
      if (last(r) > first(r)) s.append(':').append(last(r));
    }
    return s.toString();
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof UidSet s && Arrays.equals(s.bounds, bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  /// Collects UIDs in ascending order; ranges that touch are joined.
  public static final class Builder {
    private long[] bounds = new long[8];
    private int n;

    public Builder add(long uid) {
      return add(uid, uid);
    }

    /// `first` must not be below the first UID of the range added last.
    public Builder add(long first, long last) {
      if (first < 1 || last > UID_MAX || first > last) {
        throw new IllegalArgumentException("UID range " + first + ":" + last);
      }
      if (n > 0) {
        if (first < bounds[n - 2]) {
          throw new IllegalArgumentException("UIDs out of order");
        }
        if (first <= bounds[n - 1] + 1) {
          bounds[n - 1] = Math.max(bounds[n - 1], last);
          return this;
        }
      }
      if (n == bounds.length) bounds = Arrays.copyOf(bounds, n * 2);
      bounds[n++] = first;
      bounds[n++] = last;
      return this;
    }

    public UidSet build() {
      if (n == 0) return EMPTY == null ? new UidSet(new long[0], 0) : EMPTY;
      long size = 0;
      for (int i = 0; i < n; i += 2) size += bounds[i + 1] - bounds[i] + 1;
      return new UidSet(Arrays.copyOf(bounds, n), size);
    }
  }
}
