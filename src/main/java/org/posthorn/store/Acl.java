package org.posthorn.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/// The access control list of one mailbox (RFC 4314 §2), immutable.
///
/// A user has what his own entry and that of anyone give together, without what the negative
/// entries of both take. The owner has all rights until there is an entry of his; what anyone may
/// does not concern him, and [Rights#OWNER] stays his whatever is said.
public record Acl(SortedMap<Grantee, Rights> entries) {
  static final Acl EMPTY = new Acl(new TreeMap<>());

  private static final int FORMAT = 1;

  public Acl {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /// What the entry says; nothing if there is none.
  public Rights entry(Grantee g) {
    return entries.getOrDefault(g, Rights.NONE);
  }

  /// What a user may do with this mailbox.
  public Rights of(AccountId user, AccountId owner) {
    Grantee self = Grantee.user(user);
    if (user.equals(owner)) {
      if (entries.isEmpty()) return Rights.ALL;
      return entries.getOrDefault(self, Rights.ALL).minus(entry(self.negated())).plus(Rights.OWNER);
    }
    if (entries.isEmpty()) return Rights.NONE;
    return entry(self)
        .plus(entry(Grantee.ANYONE))
        .minus(entry(self.negated()))
        .minus(entry(Grantee.ANYONE.negated()));
  }

  /// @param rights null removes the entry
  Acl with(Grantee g, Rights rights) {
    SortedMap<Grantee, Rights> next = new TreeMap<>(entries);
    if (rights == null) next.remove(g);
    else next.put(g, rights);
    return new Acl(next);
  }

  /// Writes what is different in the next list of a mailbox.
  void write(Draft d, int mailbox, Acl next) {
    for (Grantee g : entries.keySet()) {
      if (!next.entries.containsKey(g)) d.delete(key(mailbox, g));
    }
    next.entries.forEach((g, rights) -> {
      if (!rights.equals(entries.get(g))) d.put(key(mailbox, g), row(rights));
    });
  }

  /// The value of row `r`.
  static byte[] row(Rights rights) {
    return new Pack(16).u8(FORMAT).text(rights.letters()).done();
  }

  static Rights decode(byte[] row) {
    Rights rights = Rights.NONE;
    for (char c : Unpack.row(row, FORMAT).text().toCharArray()) {
      Rights.Right r = Rights.Right.of(c);
      if (r == null) throw new Unpack.DamagedRow("right " + (int) c);
      rights = rights.plus(Rights.of(r));
    }
    return rights;
  }

  static byte[] key(int mailbox, Grantee g) {
    Pack p = new Pack(15).u8('r').u32(mailbox);
    g.pack(p);
    return p.done();
  }

  static Grantee grantee(byte[] key) {
    return Grantee.unpack(Unpack.at(key, 5));
  }
}
