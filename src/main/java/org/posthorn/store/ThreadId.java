package org.posthorn.store;

/// Names a thread; fixed at arrival, never merged (RFC 8474 §5.2).
///
/// @param value made by [Ids]; positive
public record ThreadId(long value) implements Comparable<ThreadId> {
  public ThreadId {
    if (value <= 0) {
      throw new IllegalArgumentException("ThreadId " + value);
    }
  }

  @Override
  public int compareTo(ThreadId other) {
    return Long.compare(value, other.value);
  }

  /// The form shown outside, RFC 8474 §7: a letter and lower-case hexadecimal digits.
  @Override
  public String toString() {
    return "T" + Long.toHexString(value);
  }
}
