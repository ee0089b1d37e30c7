package org.posthorn.imap.wire;

import java.util.Arrays;

/// RFC 3501 §9 sequence-set: numbers and ranges as the client wrote them, `*` still open; or `$`,
/// what the last search has saved (RFC 5182, RFC 9051 §6.4.4.1).
public final class SequenceSet {
  /// Stands for `*`.
  public static final long STAR = Long.MAX_VALUE;

  private static final SequenceSet SAVED = new SequenceSet(new long[0]);

  /// from, to, from, to, …; from ≤ to, where STAR is the largest. Empty for `$`.
  private final long[] ends;

  private SequenceSet(long[] ends) {
    this.ends = ends;
  }

  public static SequenceSet parse(ImapReader in) {
    return in.accept('$') ? SAVED : numbers(in);
  }

  /// A set of numbers, where `$` has no meaning.
  public static SequenceSet numbers(ImapReader in) {
    long[] ends = new long[4];
    int n = 0;
    do {
      long a = item(in);
      long b = in.accept(':') ? item(in) : a;
      if (n == ends.length) {
        ends = Arrays.copyOf(ends, n * 2);
      }
      ends[n++] = Math.min(a, b); // 2:4 and 4:2 are equivalent
      ends[n++] = Math.max(a, b);
    } while (in.accept(','));
    return new SequenceSet(Arrays.copyOf(ends, n));
  }

  /// One number or `*` (RFC 3501 §9, seq-number).
  public static SequenceSet one(ImapReader in) {
    long n = item(in);
    return new SequenceSet(new long[] {n, n});
  }

  public static SequenceSet parse(String s) {
    ImapReader in = ImapReader.ofLine(s);
    SequenceSet set = parse(in);
    in.expectEnd();
    return set;
  }

  private static long item(ImapReader in) {
    return in.accept('*') ? STAR : in.nzNumber();
  }

  /// Whether a set can begin here.
  public static boolean begins(ImapReader in) {
    int c = in.peek();
    return c == '*' || c == '$' || (c >= '0' && c <= '9');
  }

  /// Whether it is `$`. Then there are no numbers to [#resolve].
  public boolean saved() {
    return this == SAVED;
  }

  /// Whether `*` is in it.
  public boolean open() {
    for (long e : ends) {
      if (e == STAR) {
        return true;
      }
    }
    return false;
  }

  /// The ranges in order, without overlaps, `*` being `star`: from, to, from, to, … A range such as
  /// 3291:* includes `star` also when that is less than 3291.
  public long[] resolve(long star) {
    int n = ends.length / 2;
    long[][] ranges = new long[n][];
    for (int i = 0; i < n; i++) {
      long a = ends[2 * i] == STAR ? star : ends[2 * i];
      long b = ends[2 * i + 1] == STAR ? star : ends[2 * i + 1];
      ranges[i] = new long[] {Math.min(a, b), Math.max(a, b)};
    }
    Arrays.sort(ranges, (x, y) -> Long.compare(x[0], y[0]));
    long[] merged = new long[2 * n];
    int m = 0;
    for (long[] r : ranges) {
      if (m > 0 && r[0] <= merged[m - 1] + 1) {
        merged[m - 1] = Math.max(merged[m - 1], r[1]);
      } else {
        merged[m++] = r[0];
        merged[m++] = r[1];
      }
    }
    return Arrays.copyOf(merged, m);
  }

  @Override
  public String toString() {
    var s = new StringBuilder(saved() ? "$" : "");
    for (int i = 0; i < ends.length; i += 2) {
      s.append(i == 0 ? "" : ",").append(ends[i] == STAR ? "*" : ends[i]);
      if (ends[i] != ends[i + 1]) {
        s.append(':').append(ends[i + 1] == STAR ? "*" : ends[i + 1]);
      }
    }
    return s.toString();
  }
}
