package org.posthorn.imap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.posthorn.directory.AccountEntry;
import org.posthorn.directory.Directory;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MailboxNames;
import org.posthorn.store.Refused;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.Store;

/// What one user calls the mailboxes of this server (RFC 2342): his own by their names, those of
/// others `Other Users/ADDRESS/NAME`, those of shared accounts `Shared/ADDRESS/NAME`. The owner's
/// INBOX is `Other Users/ADDRESS/INBOX`, as with Dovecot, so that every name is the owner's behind
/// a prefix.
///
/// This is the only place that knows what a name means. It says nothing of what is not the user's:
/// an account that does not exist, a mailbox that does not, and one that he has no rights on are
/// one thing.
///
/// An address with the separator in it cannot be named so; its mailboxes cannot be shared.
public final class Namespaces {
  /// Mailboxes of one owner that LIST shows to another user, and of all of them together. What is
  /// beyond can be named all the same; nobody can fill others' lists without end.
  private static final int SHOWN_OF_ONE_MAX = 10_000;

  private static final int SHOWN_MAX = 50_000;

  /// A tree of others' mailboxes, the next level of which are addresses.
  public enum Tree {
    OTHER_USERS("Other Users"),
    SHARED("Shared");

    private final String root;

    Tree(String root) {
      this.root = root;
    }

    /// With the separator at its end.
    public String prefix() {
      return root + MailboxName.SEPARATOR;
    }

    private boolean holds(String name) {
      return name.startsWith(root)
          && (name.length() == root.length()
              || name.charAt(root.length()) == MailboxName.SEPARATOR);
    }
  }

  /// Where a name points, whether there is a mailbox or not.
  ///
  /// @param account null for a name that can be no mailbox's
  /// @param name what the account's owner calls it
  /// @param prefix what this user puts before that
  public record Location(Account account, String name, String prefix) {
    private static final Location NOWHERE = new Location(null, null, null);

    /// What this user calls it.
    public String shown() {
      return prefix + name;
    }
  }

  private final Store store;
  private final Directory directory;
  private final Account own;

  Namespaces(Store store, Directory directory, Account own) {
    this.store = store;
    this.directory = directory;
    this.own = own;
  }

  public Location locate(String name) {
    Tree tree = treeOf(name);
    // A mailbox of one's own that was there before these trees were keeps its name.
    if (tree == null || own.mailbox(name) != null) {
      return new Location(own, name, "");
    }
    int from = tree.prefix().length();
    int to = name.indexOf(MailboxName.SEPARATOR, from);
    if (to < 0) {
      return Location.NOWHERE;
    }
    Optional<AccountEntry> entry = directory.account(name.substring(from, to));
    Account account =
        entry.filter(e -> treeOf(e) == tree).map(e -> store.account(e.account())).orElse(null);
    if (account == null || account.id().equals(own.id())) {
      return Location.NOWHERE;
    }
    String inside = MailboxNames.normal(name.substring(to + 1));
    return new Location(account, inside, prefix(entry.get()));
  }

  private static Tree treeOf(String name) {
    for (Tree t : Tree.values()) {
      if (t.holds(name)) {
        return t;
      }
    }
    return null;
  }

  private static Tree treeOf(AccountEntry entry) {
    return entry.shared() ? Tree.SHARED : Tree.OTHER_USERS;
  }

  private static String prefix(AccountEntry entry) {
    return treeOf(entry).prefix() + entry.address() + MailboxName.SEPARATOR;
  }

  /// The mailbox of that name, with whatever rights the user has, perhaps none; null if there is
  /// none.
  public Place find(String name) {
    Location at = locate(name);
    Mailbox box = at.account == null ? null : at.account.mailbox(at.name);
    return box == null ? null : place(at.account, box, at.prefix);
  }

  /// A mailbox that the user has at hand already, by the name that he has for it; null if its owner
  /// is gone.
  public Place of(Account account, Mailbox box) {
    if (account.id().equals(own.id())) {
      return place(own, box, "");
    }
    return directory.account(account.id()).map(e -> place(account, box, prefix(e))).orElse(null);
  }

  private Place place(Account account, Mailbox box, String prefix) {
    Rights rights = account.rights(box.id(), own.id());
    return new Place(account, box, prefix + box.name(), rights);
  }

  /// The mailboxes that the user sees: his own, and others' on which he has the right to look them
  /// up. Accounts that share nothing with him are not asked.
  public List<Place> visible() {
    List<Place> all = new ArrayList<>();
    for (Mailbox box : own.mailboxes()) {
      all.add(place(own, box, ""));
    }
    int shown = 0;
    for (var owner : own.sharers()) {
      if (shown == SHOWN_MAX) {
        break; // nobody's account is loaded in vain
      }
      Optional<AccountEntry> entry = directory.account(owner).filter(Namespaces::canBeNamed);
      Account account = entry.isEmpty() ? null : store.account(owner);
      if (account == null) {
        continue;
      }
      String prefix = prefix(entry.get());
      int most = Math.min(SHOWN_OF_ONE_MAX, SHOWN_MAX - shown);
      for (Mailbox box : account.mailboxes()) {
        if (most == 0) {
          break;
        }
        Place place = place(account, box, prefix);
        if (place.rights().has(Right.LOOKUP)) {
          all.add(place);
          shown++;
          most--;
        }
      }
    }
    return all;
  }

  /// Whether the user is shown a mailbox below this one.
  public boolean showsBelow(Place place) {
    if (place.isOwn()) {
      return own.hasMailboxesBelow(place.box().name());
    }
    String above = place.box().name() + MailboxName.SEPARATOR;
    for (Mailbox box : place.account().mailboxes()) {
      if (box.name().startsWith(above)
          && place.account().rights(box.id(), own.id()).has(Right.LOOKUP)) {
        return true;
      }
    }
    return false;
  }

  private static boolean canBeNamed(AccountEntry entry) {
    return entry.address().toString().indexOf(MailboxName.SEPARATOR) < 0;
  }

  /// Whether others can name this account's mailboxes.
  public boolean canShare(Account account) {
    return directory.account(account.id()).filter(Namespaces::canBeNamed).isPresent();
  }

  /// Whether the user may make a mailbox there (RFC 4314 §4, CREATE): he needs the right on the
  /// nearest mailbox above, and where there is none he must be the owner.
  public boolean mayCreate(Location at) {
    if (at.account == null) {
      return false;
    }
    for (String p = MailboxNames.parent(at.name); p != null; p = MailboxNames.parent(p)) {
      Mailbox box = at.account.mailbox(p);
      if (box != null) {
        return at.account.rights(box.id(), own.id()).has(Right.CREATE);
      }
    }
    return at.account.id().equals(own.id());
  }

  /// Where a new mailbox of that name is to be, or NO. Tells nothing of what is there already.
  public Location forNew(String name) {
    Location at = locate(MailboxName.checkNew(name));
    if (!mayCreate(at)) {
      throw CommandException.no("NOPERM", "You may not make a mailbox there");
    }
    try {
      MailboxNames.valid(at.shown()); // the user subscribes to it by this name
    } catch (Refused e) {
      throw Refusals.of(e);
    }
    return at;
  }
}
