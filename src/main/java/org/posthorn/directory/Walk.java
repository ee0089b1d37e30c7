package org.posthorn.directory;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.AccountId;

/// One address on its way to the accounts and outside addresses it ends at.
///
/// The order: the exact name; the name before a separator, the longest first; for the postmaster
/// who the configuration names; the catch-all; for the postmaster the oldest account of the domain,
/// then of the installation. RFC 5321 §4.5.1: mail to a postmaster is never refused while there is
/// anybody who could read it. A domain alias is looked up under the domain whose names it has.
///
/// Every way ends. A way that comes back to an alias or group adds nothing. One that comes back to
/// an account which sends its mail on ends there, with a copy in the account; and an account whose
/// forwards lead to nobody keeps the mail as well, for nobody else has it.
final class Walk {
  /// Aliases one behind the other.
  static final int DEPTH_MAX = 10;

  /// Accounts and outside addresses that one address ends at.
  static final int TARGETS_MAX = 1000;

  /// Names looked up on the way to them.
  static final int STEPS_MAX = 2000;

  /// What the way is gone for.
  enum Purpose {
    DELIVER,
    /// Whose address it is: forwards and groups are not followed.
    OWN
  }

  /// The last address of ours on a way.
  ///
  /// @param owner of a group that has one, else null
  private record Way(EmailAddress via, Outside.Via kind, EmailAddress owner) {}

  /// @param text "" for none
  private record Detail(String text, char separator) {
    static final Detail NONE = new Detail("", Target.USUAL_SEPARATOR);
  }

  private final Resolver resolver;
  private final Purpose purpose;
  private final String without;
  private final Instant now;
  private final Map<AccountId, Target> targets = new LinkedHashMap<>();
  private final Map<String, Outside> outside = new LinkedHashMap<>();
  private final Set<String> seen = new HashSet<>(); // aliases and groups
  private final Map<AccountId, Boolean> visited = new HashMap<>(); // whether anything was reached
  private final Set<AccountId> open = new HashSet<>(); // whose forwards are being followed
  private EmailAddress moved;
  private EmailAddress forwarded;
  private int steps;
  private int reached; // accounts and outside addresses, each as often as a way led to it
  private boolean cut;

  /// @param without key of a name that leads nowhere; "" for none
  Walk(Resolver resolver, Purpose purpose, String without) {
    this.resolver = resolver;
    this.purpose = purpose;
    this.without = without;
    this.now = resolver.clock().instant();
  }

  void start(EmailAddress address) {
    go(address, Detail.NONE, 0, null);
  }

  /// As the target of something else.
  void startBehind(EmailAddress address) {
    go(address, Detail.NONE, 1, new Way(address, Outside.Via.ALIAS, null));
  }

  /// Only if somebody gave something the name.
  void startNamed(EmailAddress address) {
    Domain d = resolver.domains().hosting(address.domain());
    if (d != null && room(0)) named(d, address.localPart(), Detail.NONE, 0);
  }

  List<Target> targets() {
    return List.copyOf(targets.values());
  }

  List<Outside> outside() {
    return List.copyOf(outside.values());
  }

  boolean reachedAny() {
    return !targets.isEmpty() || !outside.isEmpty();
  }

  boolean reaches(AccountId account) {
    return targets.containsKey(account);
  }

  /// The new address of the first user on the way who has moved and whose mail is not sent on; or
  /// null.
  EmailAddress moved() {
    return moved;
  }

  /// The new address of the user asked for if he has moved and his mail is sent on; or null.
  EmailAddress forwarded() {
    return forwarded;
  }

  /// Whether a limit ended a way.
  boolean isCut() {
    return cut;
  }

  /// @param detail of an address that led here
  /// @param way null for the address asked for
  private void go(EmailAddress address, Detail detail, int depth, Way way) {
    Domain d = resolver.domains().hosting(address.domain());
    if (d == null) {
      if (way != null) outside(address, way, depth);
      return;
    }
    if (!room(depth)) return;
    int before = reached;
    boolean forPostmaster = Resolver.isPostmaster(d, address.localPart());
    if (named(d, address.localPart(), detail, depth) && (!forPostmaster || reached > before)) {
      return;
    }
    if (forPostmaster && resolver.postmaster() != null) {
      go(
          resolver.postmaster(),
          detail,
          depth + 1,
          new Way(new EmailAddress(Names.POSTMASTER, d.name()), Outside.Via.ALIAS, null));
      if (reached > before) return;
    }
    NameRow catchAll = resolver.catchAll(d, without);
    if (catchAll != null) follow(d, catchAll, address, detail, depth);
    if (!forPostmaster || reached > before) return;
    Target oldest = resolver.oldest(d);
    if (oldest != null) add(oldest);
  }

  /// False if nothing has the name.
  private boolean named(Domain d, String localPart, Detail detail, int depth) {
    Resolver.SubAddress found = resolver.named(d, localPart, without);
    if (found == null) return false;
    Detail own = found.detail().isEmpty() ? detail : new Detail(found.detail(), found.separator());
    follow(d, found.row(), new EmailAddress(found.row().localPart(), d.name()), own, depth);
    return true;
  }

  /// @param name of the row in full; of a catch-all the address it was found for
  private void follow(Domain d, NameRow row, EmailAddress name, Detail detail, int depth) {
    switch (row) {
      case NameRow.OfAccount a -> account(d, a, detail, depth);
      case NameRow.OfAlias a -> {
        if (a.isOver(now) || !seen.add(Names.key(a.localPart()) + "@" + d.name())) return;
        goAll(a.targets(), detail, depth, new Way(name, Outside.Via.ALIAS, null));
      }
      case NameRow.OfGroup g -> {
        if (purpose == Purpose.OWN || !seen.add(Names.key(name))) return;
        goAll(g.members(), detail, depth, new Way(name, Outside.Via.GROUP, g.owner()));
      }
      case NameRow.OfMoved m -> {
        if (purpose == Purpose.OWN || !seen.add(Names.key(name))) return;
        move(m.move(), name, depth);
      }
      case NameRow.OfRelayed _ -> {} // of a domain that was ours in another way
    }
  }

  private void goAll(List<EmailAddress> addresses, Detail detail, int depth, Way way) {
    for (EmailAddress a : addresses) go(a, detail, depth + 1, way);
  }

  private void account(Domain d, NameRow.OfAccount a, Detail detail, int depth) {
    Target target = target(d, a, detail);
    Boolean known = visited.get(a.account());
    if (purpose == Purpose.OWN || open.contains(a.account())) {
      add(target);
    } else if (known == null) {
      int before = reached;
      visited.put(a.account(), false);
      open.add(a.account());
      sendOn(a, target, depth);
      open.remove(a.account());
      visited.put(a.account(), reached > before);
    } else if (known) {
      reached++;
    }
  }

  private void sendOn(NameRow.OfAccount a, Target target, int depth) {
    if (a.move() != null) {
      move(a.move(), target.address(), depth);
      return;
    }
    List<EmailAddress> to = a.forwarding().targets();
    boolean kept = to.isEmpty() || a.forwarding().keepCopy();
    if (kept) add(target);
    int before = reached;
    goAll(to, Detail.NONE, depth, new Way(target.address(), Outside.Via.FORWARD, null));
    if (!kept && reached == before) add(target);
  }

  private void move(Move move, EmailAddress from, int depth) {
    int before = reached;
    if (move.forwarded()) {
      if (depth == 0) forwarded = move.to();
      go(move.to(), Detail.NONE, depth + 1, new Way(from, Outside.Via.FORWARD, null));
    }
    if (reached == before && moved == null) moved = move.to();
  }

  private static Target target(Domain d, NameRow.OfAccount a, Detail detail) {
    EmailAddress address = new EmailAddress(a.localPart(), d.name());
    if (detail.text.isEmpty()) return new Target(a.account(), address, "");
    String separators = d.settings().separators();
    boolean own = separators.isEmpty() || separators.indexOf(detail.separator) >= 0;
    char separator = own ? detail.separator : separators.charAt(0);
    return new Target(a.account(), address, detail.text, separator);
  }

  private void add(Target t) {
    reached++;
    targets.putIfAbsent(t.account(), t);
  }

  private void outside(EmailAddress address, Way way, int depth) {
    if (purpose == Purpose.OWN || !room(depth)) return;
    reached++;
    outside.putIfAbsent(Names.key(address), new Outside(address, way.via, way.kind, way.owner));
  }

  private boolean room(int depth) {
    boolean room = targets.size() + outside.size() < TARGETS_MAX;
    if (depth <= DEPTH_MAX && ++steps <= STEPS_MAX && room) return true;
    if (!cut) resolver.counters().aliasesCut.increment();
    cut = true;
    return false;
  }
}
