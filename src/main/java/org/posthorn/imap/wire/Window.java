package org.posthorn.imap.wire;

/// `PARTIAL first:last`: some of a list, by their places in it. Positive ones count from the start,
/// negative ones from the end; both ends are included, in any order (RFC 5267 §4.4, RFC 9394 §3.1).
public record Window(long first, long last) {
  public Window {
    if (first == 0 || last == 0 || first > 0 != last > 0) {
      throw new IllegalArgumentException("window " + first + ":" + last);
    }
  }

  /// RFC 9394 §4: partial-range.
  public static Window parse(ImapReader in) {
    boolean fromEnd = in.accept('-');
    long first = in.nzNumber();
    in.expect(':');
    if (fromEnd) {
      in.expect('-');
      return new Window(-first, -in.nzNumber());
    }
    return new Window(first, in.nzNumber());
  }

  /// Whether it counts from the end.
  public boolean fromEnd() {
    return first < 0;
  }

  /// Index, from 0, of the first element of a list of `count` that is within.
  public int from(int count) {
    long from = fromEnd() ? count + Math.min(first, last) : Math.min(first, last) - 1;
    return Math.clamp(from, 0, count);
  }

  /// Index behind the last one; never below [#from].
  public int to(int count) {
    long to = fromEnd() ? count + Math.max(first, last) + 1 : Math.max(first, last);
    return Math.clamp(to, from(count), count);
  }

  /// As the client wrote it.
  @Override
  public String toString() {
    return first + ":" + last;
  }
}
