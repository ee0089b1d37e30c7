package org.posthorn.store;

/// Names an email: the same message keeps it through COPY and MOVE (RFC 8474 §5.1).
///
/// @param value made by [Ids]; positive
public record EmailId(long value) implements Comparable<EmailId> {
  public EmailId {
    if (value <= 0) {
      throw new IllegalArgumentException("EmailId " + value);
    }
  }

  @Override
  public int compareTo(EmailId other) {
    return Long.compare(value, other.value);
  }

  /// The form shown outside, RFC 8474 §7: a letter and lower-case hexadecimal digits.
  @Override
  public String toString() {
    return "E" + Long.toHexString(value);
  }
}
