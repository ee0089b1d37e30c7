package org.posthorn.store;

/// How much an account may hold (RFC 9208 §5). A limit may lie below what is there already; then
/// nothing more comes in.
///
/// @param octets of all emails, each counted once
/// @param messages emails, each counted once
/// @param mailboxes of any kind
public record Quota(long octets, long messages, long mailboxes) {
  /// In place of a limit: there is none.
  public static final long NONE = Long.MAX_VALUE;

  public static final Quota UNLIMITED = new Quota(NONE, NONE, NONE);

  public Quota {
    if (octets < 0 || messages < 0 || mailboxes < 0) {
      throw new IllegalArgumentException("a limit is not negative");
    }
  }

  public static Quota ofOctets(long octets) {
    return new Quota(octets, NONE, NONE);
  }

  public boolean isUnlimited() {
    return equals(UNLIMITED);
  }

  /// In a row: 0 for no limit, else one more than it.
  void pack(Pack p) {
    for (long limit : new long[] {octets, messages, mailboxes}) {
      p.varint(limit == NONE ? 0 : limit + 1);
    }
  }

  static Quota unpack(Unpack u) {
    return new Quota(limit(u), limit(u), limit(u));
  }

  private static long limit(Unpack u) {
    long v = u.varint();
    if (v < 0) throw new Unpack.DamagedRow("limit of " + v);
    return v == 0 ? NONE : v - 1;
  }
}
