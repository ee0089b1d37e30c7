package org.posthorn.store;

/// Names a mailbox through every RENAME (RFC 8474 §4).
///
/// @param value made by [Ids]; positive
public record MailboxId(long value) implements Comparable<MailboxId> {
  public MailboxId {
    if (value <= 0) {
      throw new IllegalArgumentException("MailboxId " + value);
    }
  }

  @Override
  public int compareTo(MailboxId other) {
    return Long.compare(value, other.value);
  }

  /// The form shown outside, RFC 8474 §7: a letter and lower-case hexadecimal digits.
  @Override
  public String toString() {
    return "M" + Long.toHexString(value);
  }
}
