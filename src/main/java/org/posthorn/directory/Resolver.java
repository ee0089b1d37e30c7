package org.posthorn.directory;

import java.time.InstantSource;
import java.util.List;
import org.posthorn.directory.DomainSettings.Kind;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// Says of an address what it is to us. [Walk] follows it to where it ends.
final class Resolver {
  private static final int ACCOUNTS_A_LOOK = 16;

  private final Store store;
  private final Domains domains;
  private final EmailAddress postmaster;
  private final InstantSource clock;
  private final Counters counters;

  /// @param postmaster null if the configuration names nobody
  Resolver(
      Store store,
      Domains domains,
      EmailAddress postmaster,
      InstantSource clock,
      Counters counters) {
    this.store = store;
    this.domains = domains;
    this.postmaster = postmaster;
    this.clock = clock;
    this.counters = counters;
  }

  Domains domains() {
    return domains;
  }

  /// Null if the configuration names nobody.
  EmailAddress postmaster() {
    return postmaster;
  }

  InstantSource clock() {
    return clock;
  }

  Counters counters() {
    return counters;
  }

  Resolution resolve(EmailAddress address) {
    Domain d = domains.find(address.domain());
    if (d == null) return new Resolution.NotOurs();
    return d.kind() == Kind.BACKUP ? relayed(d, address.localPart()) : followed(d, address);
  }

  private Resolution followed(Domain d, EmailAddress address) {
    Walk walk = new Walk(this, Walk.Purpose.DELIVER, "");
    walk.start(address);
    if (walk.isCut() && !(walk.reachedAny() && isPostmaster(d, address.localPart()))) {
      return new Resolution.Tangled();
    }
    if (!walk.reachedAny()) {
      EmailAddress to = walk.moved();
      return to == null ? new Resolution.NoSuchUser() : new Resolution.Moved(to);
    }
    var found = new Resolution.Found(walk.targets(), walk.outside());
    EmailAddress to = walk.forwarded();
    return to == null ? found : new Resolution.Forwarded(to, found);
  }

  /// RFC 5321 §4.5.1: the postmaster of a domain is never unknown.
  private Resolution relayed(Domain d, String localPart) {
    boolean known =
        d.settings().anyRecipient()
            || isPostmaster(d, localPart)
            || named(d, localPart, "") != null;
    return known ? new Resolution.BackupFor(d.name()) : new Resolution.NoSuchUser();
  }

  /// Why an address is no good target of an alias, group or forward, or null.
  ///
  /// @param of key of the alias or group; what it leads to now does not count. "" for an account,
  ///   which may lead to itself
  String refusal(EmailAddress target, String of) {
    Walk walk = new Walk(this, Walk.Purpose.DELIVER, of);
    walk.startBehind(target);
    if (walk.isCut()) {
      return "leads over more than " + Walk.DEPTH_MAX + " aliases or to too many accounts";
    }
    if (walk.reachedAny()) return null;
    return walk.moved() != null
        ? "has moved to " + walk.moved()
        : "leads to nobody, or back to where it came from";
  }

  /// The account of exactly this name, or null. No alias, no sub-address.
  AccountEntry account(EmailAddress address) {
    Domain d = domains.find(address.domain());
    if (d == null) return null;
    return living(d, address.localPart()) instanceof NameRow.OfAccount a
        ? entry(a, d.name())
        : null;
  }

  /// The account that a name or sub-address belongs to, wherever its mail goes; or null.
  AccountEntry holder(EmailAddress address) {
    Domain d = domains.hosting(address.domain());
    SubAddress found = d == null ? null : named(d, address.localPart(), "");
    return found != null && found.row() instanceof NameRow.OfAccount a ? entry(a, d.name()) : null;
  }

  List<EmailAddress> members(EmailAddress address) {
    Domain d = domains.hosting(address.domain());
    SubAddress found = d == null ? null : named(d, address.localPart(), "");
    return switch (found == null ? null : found.row()) {
      case NameRow.OfGroup g -> g.members();
      case NameRow.OfAlias a when !a.isOver(clock.instant()) -> a.targets();
      case NameRow.OfAccount a -> List.of(new EmailAddress(a.localPart(), d.name()));
      case null, default -> List.of();
    };
  }

  /// Null if the account is gone.
  AccountEntry entry(NameRow.OfAccount name, String domain) {
    Account account = store.account(name.account());
    if (account == null) return null;
    EmailAddress address = new EmailAddress(name.localPart(), domain);
    return new AccountEntry(name.account(), address, AddressRecord.isShared(account));
  }

  /// What somebody named on purpose as another address of an account: no catch-all, no group, no
  /// forward, and no account that reads for the postmaster only because nobody else does.
  boolean leadsTo(EmailAddress address, AccountId account) {
    Walk walk = new Walk(this, Walk.Purpose.OWN, "");
    walk.startNamed(address);
    return walk.reaches(account);
  }

  // ---- names

  /// A name and what stands behind it in an address.
  ///
  /// @param detail "" if there is none
  /// @param separator before the detail
  record SubAddress(NameRow row, String detail, char separator) {}

  /// Places where a sub-address may begin, counted from the left.
  private static final int DETAILS_MAX = 8;

  /// The exact name; else the one before a separator, the longest first. Null if there is none.
  ///
  /// @param without key of a name that leads nowhere; "" for none
  SubAddress named(Domain d, String localPart, String without) {
    NameRow exact = name(d, localPart, without);
    if (exact != null) return new SubAddress(exact, "", Target.USUAL_SEPARATOR);
    int[] places = new int[DETAILS_MAX];
    int count = 0;
    String separators = d.settings().separators();
    int at = nextSeparator(separators, localPart, 1);
    while (at > 0 && count < DETAILS_MAX) {
      places[count++] = at;
      at = nextSeparator(separators, localPart, at + 1);
    }
    while (count > 0) {
      int end = places[--count];
      NameRow base = name(d, localPart.substring(0, end), without);
      if (base != null) {
        return new SubAddress(base, localPart.substring(end + 1), localPart.charAt(end));
      }
    }
    return null;
  }

  /// What stands before the first separator, which is not at the front; all if there is none.
  static String base(String separators, String localPart) {
    int at = nextSeparator(separators, localPart, 1);
    return at < 0 ? localPart : localPart.substring(0, at);
  }

  private static int nextSeparator(String separators, String localPart, int from) {
    for (int i = from; i < localPart.length(); i++) {
      if (separators.indexOf(localPart.charAt(i)) >= 0) return i;
    }
    return -1;
  }

  NameRow catchAll(Domain d, String without) {
    return name(d, NameRow.CATCH_ALL, without);
  }

  /// As [#living], except for the one that leads nowhere.
  private NameRow name(Domain d, String localPart, String without) {
    if (!without.isEmpty() && without.equals(Names.key(localPart) + "@" + d.name())) {
      return new NameRow.OfAlias(localPart, List.of(), null);
    }
    return living(d, localPart);
  }

  /// The row of an exact name; null also where its account is gone.
  private NameRow living(Domain d, String localPart) {
    NameRow row = domains.name(d, localPart);
    return row instanceof NameRow.OfAccount a && store.account(a.account()) == null ? null : row;
  }

  static boolean isPostmaster(Domain d, String localPart) {
    String base = base(d.settings().separators(), localPart);
    return Names.key(base).equals(Names.POSTMASTER);
  }

  // ---- who reads for a postmaster whom nobody named

  /// The oldest account of the domain, else of the installation; null if there is none.
  Target oldest(Domain d) {
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
