package org.posthorn.store;

import java.util.Comparator;

/// Whom an entry of an access control list is about (RFC 4314 §2).
///
/// @param account a user of this server; null for anyone
/// @param negative whether the entry takes its rights away
public record Grantee(AccountId account, boolean negative) implements Comparable<Grantee> {
  /// Everybody who can log in, but the owner, who has his own rights.
  public static final Grantee ANYONE = new Grantee(null, false);

  private static final Comparator<Grantee> ORDER =
      Comparator.<Grantee, AccountId>comparing(
              g -> g.account, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(g -> g.negative);

  private static final int OF_ANYONE = 'a';
  private static final int OF_USER = 'u';

  public static Grantee user(AccountId account) {
    return new Grantee(account, false);
  }

  public boolean isAnyone() {
    return account == null;
  }

  public Grantee negated() {
    return new Grantee(account, !negative);
  }

  @Override
  public int compareTo(Grantee other) {
    return ORDER.compare(this, other);
  }

  /// The end of the key of row `r`.
  void pack(Pack p) {
    if (account == null) p.u8(OF_ANYONE);
    else p.u8(OF_USER).u64(account.value());
    p.u8(negative ? '-' : '+');
  }

  static Grantee unpack(Unpack u) {
    int kind = u.u8();
    AccountId account =
        switch (kind) {
          case OF_ANYONE -> null;
          case OF_USER -> account(u.u64());
          default -> throw new Unpack.DamagedRow("grantee of kind " + kind);
        };
    int sign = u.u8();
    if (sign != '-' && sign != '+' || !u.atEnd()) throw new Unpack.DamagedRow("grantee's sign");
    return new Grantee(account, sign == '-');
  }

  private static AccountId account(long id) {
    if (id <= 0) throw new Unpack.DamagedRow("account " + id);
    return new AccountId(id);
  }
}
