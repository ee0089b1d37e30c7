package org.posthorn.directory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// Follows an address to the accounts it ends at.
///
/// The order: the exact name; the name before a `+`, the longest first; for the postmaster who the
/// configuration names; the catch-all; for the postmaster the oldest account of the domain, then of
/// the installation. RFC 5321 §4.5.1: mail to a postmaster is never refused while there is anybody
/// who could read it.
final class Resolver {
  /// Aliases one behind the other.
  static final int DEPTH_MAX = 10;

  /// Accounts that one address ends at.
  static final int TARGETS_MAX = 1000;

  /// Names looked up on the way to them.
  static final int STEPS_MAX = 2000;

  /// Places where a sub-address may begin, counted from the left.
  private static final int DETAILS_MAX = 8;

  private static final int ACCOUNTS_A_LOOK = 16;

  private final Store store;
  private final Domains domains;
  private final EmailAddress postmaster;
  private final Counters counters;

  /// @param postmaster null if the configuration names nobody
  Resolver(Store store, Domains domains, EmailAddress postmaster, Counters counters) {
    this.store = store;
    this.domains = domains;
    this.postmaster = postmaster;
    this.counters = counters;
  }

  /// @param detail what stood behind the `+`, or ""
  private record Found(NameRow row, String detail) {}

  /// One address on its way.
  private final class Walk {
    final Map<AccountId, Target> targets = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final String without;
    private int steps;
    private int reached; // accounts, each as often as a way led to it
    private boolean cut;

    /// @param without key of a name that is taken not to exist; "" for none
    Walk(String without) {
      this.without = without;
    }

    /// @param detail of an address that led here, "" if none
    void go(EmailAddress address, String detail, int depth) {
      Domain d = domains.find(address.domain());
      if (d == null) return;
      if (!room(depth)) return;
      if (!seen.add(Names.key(address))) return; // a loop, or two ways to one name
      int before = reached;
      boolean forPostmaster = isPostmaster(address.localPart());
      Found found = named(d, address.localPart());
      if (found != null) {
        follow(d, found.row, found.detail.isEmpty() ? detail : found.detail, depth);
        if (!forPostmaster || reached > before) return;
      }
      if (forPostmaster && postmaster != null) {
        go(postmaster, detail, depth + 1);
        if (reached > before) return;
      }
      Found catchAll = catchAll(d);
      if (catchAll != null) follow(d, catchAll.row, detail, depth);
      if (!forPostmaster || reached > before) return;
      Target oldest = oldest(d);
      if (oldest != null) add(oldest);
    }

    private void follow(Domain d, NameRow row, String detail, int depth) {
      switch (row) {
        case NameRow.OfAccount a -> add(target(d, a, detail));
        case NameRow.OfAlias alias -> {
          for (EmailAddress t : alias.targets()) go(t, detail, depth + 1);
        }
      }
    }

    private Found named(Domain d, String localPart) {
      NameRow exact = name(d, localPart);
      if (exact != null) return new Found(exact, "");
      int[] plus = new int[DETAILS_MAX];
      int count = 0;
      int at = localPart.indexOf('+', 1);
      while (at > 0 && count < DETAILS_MAX) {
        plus[count++] = at;
        at = localPart.indexOf('+', at + 1);
      }
      while (count > 0) {
        int end = plus[--count];
        NameRow base = name(d, localPart.substring(0, end));
        if (base != null) return new Found(base, localPart.substring(end + 1));
      }
      return null;
    }

    private Found catchAll(Domain d) {
      NameRow row = name(d, NameRow.CATCH_ALL);
      return row == null ? null : new Found(row, "");
    }

    /// As [#living], except for the one that is taken not to exist.
    private NameRow name(Domain d, String localPart) {
      if (!without.isEmpty() && without.equals(Names.key(localPart) + "@" + d.name())) return null;
      return living(d, localPart);
    }

    private void add(Target t) {
      reached++;
      targets.putIfAbsent(t.account(), t);
    }

    private boolean room(int depth) {
      if (depth <= DEPTH_MAX && ++steps <= STEPS_MAX && targets.size() < TARGETS_MAX) return true;
      if (!cut) counters.aliasesCut.increment();
      cut = true;
      return false;
    }
  }

  private static Target target(Domain d, NameRow.OfAccount a, String detail) {
    return new Target(a.account(), new EmailAddress(a.localPart(), d.name()), detail);
  }

  List<Target> targets(EmailAddress address) {
    Walk walk = new Walk("");
    walk.go(address, "", 0);
    return new ArrayList<>(walk.targets.values());
  }

  /// Why an address is no good target of an alias, or null.
  ///
  /// @param alias its key; what it leads to now does not count
  String refusal(EmailAddress target, String alias) {
    Walk walk = new Walk(alias);
    walk.go(target, "", 1);
    if (walk.cut) {
      return "leads over more than " + DEPTH_MAX + " aliases or to too many accounts";
    }
    return walk.targets.isEmpty() ? "leads to nobody, or back to the alias" : null;
  }

  /// The account of exactly this name, or null. No alias, no sub-address.
  AccountEntry account(EmailAddress address) {
    Domain d = domains.find(address.domain());
    if (d == null) return null;
    return living(d, address.localPart()) instanceof NameRow.OfAccount a
        ? entry(a, d.name())
        : null;
  }

  /// Null if the account is gone.
  AccountEntry entry(NameRow.OfAccount name, String domain) {
    Account account = store.account(name.account());
    if (account == null) return null;
    EmailAddress address = new EmailAddress(name.localPart(), domain);
    return new AccountEntry(name.account(), address, AddressRecord.isShared(account));
  }

  /// What somebody named on purpose: no catch-all, and no account that reads for the postmaster
  /// only because nobody else does.
  boolean leadsTo(EmailAddress address, AccountId account) {
    Domain d = domains.find(address.domain());
    if (d == null) return false;
    Walk walk = new Walk("");
    Found found = walk.named(d, address.localPart());
    if (found == null) return false;
    walk.follow(d, found.row, found.detail, 0);
    return walk.targets.containsKey(account);
  }

  /// The row of an exact name; null also where its account is gone.
  private NameRow living(Domain d, String localPart) {
    NameRow row = domains.name(d, localPart);
    return row instanceof NameRow.OfAccount a && store.account(a.account()) == null ? null : row;
  }

  private static boolean isPostmaster(String localPart) {
    int plus = localPart.indexOf('+', 1);
    String base = plus < 0 ? localPart : localPart.substring(0, plus);
    return Names.key(base).equals(Names.POSTMASTER);
  }

  private Target oldest(Domain d) {
    Target t = oldestOf(d);
    if (t != null) return t;
    AccountId after = null;
    while (true) {
      List<AccountId> some = store.accounts(after, ACCOUNTS_A_LOOK);
      for (AccountId id : some) {
        Account a = store.account(id);
        EmailAddress address = a == null ? null : AddressRecord.read(a);
        AccountEntry entry = address == null ? null : account(address);
        if (entry != null && entry.account().equals(id)) return new Target(id, address, "");
      }
      if (some.size() < ACCOUNTS_A_LOOK) return null;
      after = some.getLast();
    }
  }

  private Target oldestOf(Domain d) {
    if (!d.knowsFirst()) {
      long generation = d.generation();
      AccountId first = null;
      for (NameRow row : domains.names(d)) {
        if (row instanceof NameRow.OfAccount a
            && (first == null || a.account().compareTo(first) < 0)
            && store.account(a.account()) != null) {
          first = a.account();
        }
      }
      d.first(generation, first);
    }
    AccountId first = d.first();
    Account a = first == null ? null : store.account(first);
    EmailAddress address = a == null ? null : AddressRecord.read(a);
    return address == null ? null : new Target(first, address, "");
  }
}
