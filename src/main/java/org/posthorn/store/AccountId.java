package org.posthorn.store;

/// Names an account; unique in the installation and never reused.
///
/// @param value made by [Ids]; positive
public record AccountId(long value) implements Comparable<AccountId> {
  public AccountId {
    if (value <= 0) {
      throw new IllegalArgumentException("AccountId " + value);
    }
  }

  @Override
  public int compareTo(AccountId other) {
    return Long.compare(value, other.value);
  }

  /// The form shown outside, RFC 8474 §7: a letter and lower-case hexadecimal digits.
  @Override
  public String toString() {
    return "A" + Long.toHexString(value);
  }
}
