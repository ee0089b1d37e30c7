package org.posthorn.store;

import static java.lang.System.Logger.Level.DEBUG;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// Who may use whose mailboxes: changes of access control lists, and the hints that follow them.
///
/// Rights lie with the mailbox, in its owner's partition, and only they decide. So that a user's
/// LIST need not ask every account, there are hints: row `i` with an owner's id in the partition of
/// each user whom he has given something, and a row of the server for owners who have given
/// something to anyone. A commit that changes who is given something asks the courier, by an outbox
/// row, to look at these users again; that looks at the lists as they are when it is carried, so it
/// may come late, twice or out of order.
final class Sharing implements Courier.Carrier {
  private static final System.Logger LOG = System.getLogger("posthorn.store");

  /// Of the outbox rows.
  static final String KIND = "share-hint";

  /// Entries of one list.
  static final int ENTRIES_MAX = 1000;

  /// Accounts that give rights to anyone; each is looked at by everybody's LIST.
  static final int ANYONE_MAX = 1000;

  /// Accounts whose mailboxes one user is shown.
  static final int OWNERS_MAX = 2000;

  private static final int FORMAT = 1;
  private static final byte[] HINT = {FORMAT};
  private static final int USERS_A_ROW = 10_000;
  private static final long ANYONE = 0;

  private final Store store;

  Sharing(Store store) {
    this.store = store;
  }

  // ---- changes, as functions for Gathering

  static Object change(Draft d, MailboxId mailbox, AclChange c, AccountId owner) {
    Integer number = d.base.ids().get(mailbox.value());
    if (number == null || d.box(number) == null) {
      throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    }
    Acl old = d.acl(number);
    boolean own = c.grantee().equals(Grantee.user(owner));
    Rights before = old.entries().getOrDefault(c.grantee(), own ? Rights.ALL : Rights.NONE);
    Rights after =
        switch (c.op()) {
          case REPLACE -> c.rights();
          case ADD -> before.plus(c.rights());
          case REMOVE -> before.minus(c.rights());
        };
    // No entry of the owner's means all rights, so an empty one of his stays.
    Acl next = old.with(c.grantee(), after.isEmpty() && !own ? null : after);
    if (next.equals(old)) return null;
    if (next.entries().size() > ENTRIES_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "at most " + ENTRIES_MAX + " have rights");
    }
    d.acl(number, next);
    if (!c.grantee().negative() && !own) ask(d, List.of(c.grantee()));
    return null;
  }

  /// A new mailbox has the list of the one above it (RFC 4314 §4, CREATE).
  static void inherit(Draft d, int from, int number) {
    Acl acl = d.acl(from);
    if (!acl.isEmpty()) d.acl(number, acl);
  }

  /// The mailbox goes, and its list with it (RFC 4314 §4, DELETE).
  static void forget(Draft d, int number) {
    Acl acl = d.acl(number);
    if (acl.isEmpty()) return;
    d.acl(number, Acl.EMPTY);
    ask(d, acl.entries().keySet());
  }

  private static void ask(Draft d, Collection<Grantee> about) {
    Set<Long> users = new TreeSet<>();
    for (Grantee g : about) users.add(g.isAnyone() ? ANYONE : g.account().value());
    List<Long> all = new ArrayList<>(users);
    for (int i = 0; i < all.size(); i += USERS_A_ROW) {
      List<Long> some = all.subList(i, Math.min(all.size(), i + USERS_A_ROW));
      Pack p = new Pack(2 + 8 * some.size()).u8(FORMAT).varint(some.size());
      for (long user : some) p.u64(user);
      Courier.write(d, KIND, p.done());
    }
  }

  // ---- hints

  @Override
  public void carry(AccountId from, long id, byte[] payload) {
    Account owner = store.account(from);
    AccountState state = owner == null ? null : owner.state();
    Unpack u = Unpack.row(payload, FORMAT);
    for (int n = u.count(8); n > 0; n--) {
      long user = u.u64();
      if (user == ANYONE) {
        store.server().sharesWithAnyone(from, state != null && gives(state, Grantee.ANYONE));
        continue;
      }
      Account account = store.account(new AccountId(user));
      if (account == null) continue;
      boolean given = state != null && gives(state, Grantee.user(account.id()));
      hint(account, from, given);
    }
  }

  private static void hint(Account user, AccountId owner, boolean given) {
    byte[] key = Keys.id('i', owner.value());
    try {
      user.change(d -> {
        boolean there = d.get(key) != null;
        if (given && !there) d.put(key, HINT);
        else if (!given && there) d.delete(key);
        return null;
      });
    } catch (Refused e) {
      LOG.log(DEBUG, "share-hint-late user={0}", user.id()); // removed meanwhile
    }
  }

  /// Whether a mailbox of this account gives something to exactly this one.
  static boolean gives(AccountState owner, Grantee to) {
    for (Acl acl : owner.acls().values()) {
      if (!acl.entry(to).isEmpty()) return true;
    }
    return false;
  }

  /// Owners who may have given a user something, ascending; not himself.
  static List<AccountId> owners(Account user, Store store) {
    Set<AccountId> out = new TreeSet<>(store.server().sharersWithAnyone());
    out.addAll(hints(user));
    out.remove(user.id());
    return List.copyOf(out);
  }

  static List<AccountId> hints(Account user) {
    return user.scan(Keys.of('i'), Keys.of('j'), OWNERS_MAX).stream()
        .map(r -> new AccountId(Keys.u64(r.key(), 1)))
        .toList();
  }
}
