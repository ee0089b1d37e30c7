package org.posthorn.directory;

import static java.lang.System.Logger.Level.INFO;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Store;
import org.posthorn.store.kv.Kv;

/// What leads from one address to others: aliases, groups, forwards, users who have moved, and whom
/// an account may write as. Any thread may call.
///
/// As the rest of administration it takes addresses as somebody typed them, is durable on return
/// and throws [DirectoryException]. Where mail is sent on to may be elsewhere: an address whose
/// domain is none of ours. One here must exist.
public final class Addressing {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  /// Targets of one alias.
  static final int ALIAS_TARGETS_MAX = 500;

  /// Addresses one account sends its mail on to.
  static final int FORWARDS_MAX = 20;

  /// An alias is listed so long after its end, and then forgotten.
  static final Duration KEPT_AFTER_END = Duration.ofDays(30);

  private final Domains domains;
  private final Resolver resolver;
  private final NameCarrier carrier;
  private final InstantSource clock;
  private final SendAs sendAs;

  Addressing(
      Store store, Domains domains, Resolver resolver, NameCarrier carrier, InstantSource clock) {
    this.domains = domains;
    this.resolver = resolver;
    this.carrier = carrier;
    this.clock = clock;
    this.sendAs = new SendAs(store, domains);
  }

  SendAs sendAs() {
    return sendAs;
  }

  // ---- aliases

  /// Makes an alias, or gives it other targets and another end.
  ///
  /// @param alias an address, or `@domain` for every address of the domain that is nothing else
  /// @param expires from when on the address does not exist; null: never
  public Alias addAlias(String alias, List<String> targets, Instant expires) {
    EmailAddress name = aliasName(alias);
    Domain d = domains.needOwn(domainOf(alias, name));
    String localPart = name == null ? NameRow.CATCH_ALL : name.localPart();
    refuseTaken(d, localPart, NameRow.OfAlias.class);
    List<EmailAddress> to = targets(targets, Names.key(localPart) + "@" + d.name());
    if (to.isEmpty() || to.size() > ALIAS_TARGETS_MAX) {
      throw new DirectoryException(
          Reason.BAD_TARGET, "an alias has 1 to " + ALIAS_TARGETS_MAX + " targets");
    }
    if (expires != null && !expires.isAfter(clock.instant())) {
      throw new DirectoryException(Reason.INVALID, "the end of the alias is not in the future");
    }
    Instant end = expires == null ? null : Instant.ofEpochMilli(expires.toEpochMilli());
    NameRow.OfAlias row = new NameRow.OfAlias(localPart, to, end);
    change(
        d,
        localPart,
        there -> {
          if (there != null && !(there instanceof NameRow.OfAlias)) throw taken(d, there);
          return row;
        });
    LOG.log(INFO, "alias-added alias={0} targets={1} expires={2}", alias, to, end);
    return alias(row, d);
  }

  public void removeAlias(String alias) {
    EmailAddress name = aliasName(alias);
    Domain d = domains.needOwn(domainOf(alias, name));
    change(
        d,
        name == null ? NameRow.CATCH_ALL : name.localPart(),
        there -> {
          if (!(there instanceof NameRow.OfAlias)) throw none("alias", alias);
          return null;
        });
    LOG.log(INFO, "alias-removed alias={0}", alias);
  }

  /// Ordered by domain and name, the catch-all of a domain first.
  public List<Alias> aliases() {
    return all((d, row) -> row instanceof NameRow.OfAlias a ? alias(a, d) : null);
  }

  private static Alias alias(NameRow.OfAlias a, Domain d) {
    return new Alias(text(a, d), a.targets(), a.expires());
  }

  /// Null for the catch-all.
  private static EmailAddress aliasName(String alias) {
    return alias.strip().startsWith("@") ? null : Names.address(alias);
  }

  private static String domainOf(String alias, EmailAddress name) {
    return name == null ? Names.domain(alias.strip().substring(1)) : name.domain();
  }

  /// Forgets aliases that ended long ago.
  public void prune() {
    for (Domain d : domains.all()) {
      if (d.kind() != DomainSettings.Kind.OWN) continue;
      boolean any = domains.names(d).stream().anyMatch(this::isForgotten);
      if (!any) continue;
      domains.change(
          d,
          edit -> {
            for (NameRow row : Domains.names(edit)) {
              if (isForgotten(row)) edit.delete(NameRow.key(row.localPart()));
            }
            return null;
          });
      LOG.log(INFO, "aliases-pruned domain={0}", d.name());
    }
  }

  private boolean isForgotten(NameRow row) {
    return row instanceof NameRow.OfAlias a && a.isOver(clock.instant().minus(KEPT_AFTER_END));
  }

  // ---- groups

  /// Makes a group.
  ///
  /// @param owner who hears when mail to members elsewhere fails; null: the sender does
  public Group addGroup(String group, List<String> members, String owner) {
    EmailAddress name = Names.address(group);
    Domain d = domains.needOwn(name.domain());
    refuseTaken(d, name.localPart(), null);
    List<EmailAddress> who = members(targets(members, Names.key(name)));
    EmailAddress told = owner == null ? null : targets(List.of(owner), Names.key(name)).getFirst();
    NameRow.OfGroup row = new NameRow.OfGroup(name.localPart(), who, told);
    change(
        d,
        name.localPart(),
        there -> {
          if (there != null) throw taken(d, there);
          return row;
        });
    LOG.log(INFO, "group-added group={0} members={1} owner={2}", name, who, told);
    return group(row, d);
  }

  private static List<EmailAddress> members(List<EmailAddress> who) {
    if (who.isEmpty() || who.size() > Walk.TARGETS_MAX) {
      throw new DirectoryException(
          Reason.BAD_TARGET, "a group has 1 to " + Walk.TARGETS_MAX + " members");
    }
    return who;
  }

  public void removeGroup(String group) {
    EmailAddress name = Names.address(group);
    change(
        domains.needOwn(name.domain()),
        name.localPart(),
        there -> {
          if (!(there instanceof NameRow.OfGroup)) throw none("group", group);
          return null;
        });
    LOG.log(INFO, "group-removed group={0}", name);
  }

  /// Who is a member already stays one.
  public Group addMembers(String group, List<String> members) {
    List<EmailAddress> more = targets(members, Names.key(Names.address(group)));
    return changeMembers(
        group,
        there -> {
          more.forEach(m -> there.putIfAbsent(Names.key(m), m));
          return there;
        });
  }

  public Group removeMembers(String group, List<String> members) {
    return changeMembers(
        group,
        there -> {
          for (String m : members) {
            if (there.remove(Names.key(Names.target(m))) == null) throw none("member", m);
          }
          return there;
        });
  }

  private Group changeMembers(
      String group, Function<Map<String, EmailAddress>, Map<String, EmailAddress>> change) {
    EmailAddress name = Names.address(group);
    Domain d = domains.needOwn(name.domain());
    NameRow now =
        change(
            d,
            name.localPart(),
            there -> {
              if (!(there instanceof NameRow.OfGroup g)) throw none("group", group);
              var who = members(List.copyOf(change.apply(byKey(g.members())).values()));
              return new NameRow.OfGroup(g.localPart(), who, g.owner());
            });
    LOG.log(INFO, "group-changed group={0}", name);
    return group((NameRow.OfGroup) now, d);
  }

  /// Ordered by domain and name.
  public List<Group> groups() {
    return all((d, row) -> row instanceof NameRow.OfGroup g ? group(g, d) : null);
  }

  private static Group group(NameRow.OfGroup g, Domain d) {
    return new Group(full(g, d), g.members(), g.owner());
  }

  // ---- forwards

  /// Sends an account's mail on to more addresses. It may be sent to itself: then it keeps a copy.
  ///
  /// @param keepCopy whether the account has a copy, too; null: as before, at first not
  public Forward addForward(String address, List<String> targets, Boolean keepCopy) {
    List<EmailAddress> more = targets(targets, "");
    NameRow.OfAccount now =
        changeAccount(
            address,
            a -> {
              Map<String, EmailAddress> to = byKey(a.forwarding().targets());
              more.forEach(m -> to.putIfAbsent(Names.key(m), m));
              if (to.isEmpty() || to.size() > FORWARDS_MAX) {
                throw new DirectoryException(
                    Reason.BAD_TARGET, "mail is sent on to 1 to " + FORWARDS_MAX + " addresses");
              }
              boolean keep = keepCopy == null ? a.forwarding().keepCopy() : keepCopy;
              return a.with(new Forwarding(List.copyOf(to.values()), keep));
            });
    LOG.log(INFO, "forward-added address={0} forwarding={1}", address, now.forwarding());
    return new Forward(
        full(now, domains.needOwn(Names.address(address).domain())), now.forwarding());
  }

  /// @param targets none: all of them
  public void removeForward(String address, List<String> targets) {
    changeAccount(
        address,
        a -> {
          Map<String, EmailAddress> to = byKey(a.forwarding().targets());
          if (to.isEmpty()) throw none("forward", address);
          for (String t : targets) {
            if (to.remove(Names.key(Names.target(t))) == null) throw none("forward to", t);
          }
          boolean all = targets.isEmpty() || to.isEmpty();
          return a.with(
              all
                  ? Forwarding.NONE
                  : new Forwarding(List.copyOf(to.values()), a.forwarding().keepCopy()));
        });
    LOG.log(INFO, "forward-removed address={0} targets={1}", address, targets);
  }

  /// Accounts whose mail is sent on, ordered by domain and name.
  public List<Forward> forwards() {
    return all((d, row) ->
        row instanceof NameRow.OfAccount a && !a.forwarding().targets().isEmpty()
            ? new Forward(full(a, d), a.forwarding())
            : null);
  }

  private NameRow.OfAccount changeAccount(
      String address, Function<NameRow.OfAccount, NameRow.OfAccount> change) {
    EmailAddress name = Names.address(address);
    NameRow now =
        change(
            domains.needOwn(name.domain()),
            name.localPart(),
            there -> {
              if (!(there instanceof NameRow.OfAccount a)) throw none("account", address);
              return change.apply(a);
            });
    return (NameRow.OfAccount) now;
  }

  // ---- users who have moved

  /// Says that the user of an address, with or without an account here, has another one now.
  ///
  /// @param forwarded whether his mail is sent there, too
  public Moved move(String address, String to, boolean forwarded) {
    EmailAddress name = Names.address(address);
    Domain d = domains.needOwn(name.domain());
    EmailAddress now = targets(List.of(to), Names.key(name)).getFirst();
    Move move = new Move(now, forwarded);
    NameRow row =
        change(
            d,
            name.localPart(),
            there ->
                switch (there) {
                  case null -> new NameRow.OfMoved(name.localPart(), move);
                  case NameRow.OfMoved m -> new NameRow.OfMoved(m.localPart(), move);
                  case NameRow.OfAccount a -> a.with(move);
                  default -> throw taken(d, there);
                });
    LOG.log(INFO, "user-moved address={0} to={1} forwarded={2}", name, now, forwarded);
    return new Moved(full(row, d), move);
  }

  /// The user of an address is back.
  public void clearMove(String address) {
    EmailAddress name = Names.address(address);
    change(
        domains.needOwn(name.domain()),
        name.localPart(),
        there ->
            switch (there) {
              case NameRow.OfMoved _ -> null;
              case NameRow.OfAccount a when a.move() != null -> a.with((Move) null);
              case null, default -> throw none("user who has moved", address);
            });
    LOG.log(INFO, "user-back address={0}", name);
  }

  /// Ordered by domain and name.
  public List<Moved> moved() {
    return all((d, row) ->
        switch (row) {
          case NameRow.OfMoved m -> new Moved(full(m, d), m.move());
          case NameRow.OfAccount a when a.move() != null -> new Moved(full(a, d), a.move());
          default -> null;
        });
  }

  // ---- writing as others

  /// Lets an account write as an address, or with `@domain` as all of a domain.
  public void addSendAs(String address, String identity) {
    AccountEntry account = account(address);
    sendAs.add(account.account(), identity);
    LOG.log(INFO, "send-as-added account={0} identity={1}", account.address(), identity);
  }

  public void removeSendAs(String address, String identity) {
    AccountEntry account = account(address);
    sendAs.remove(account.account(), identity);
    LOG.log(INFO, "send-as-removed account={0} identity={1}", account.address(), identity);
  }

  /// What was granted, besides what is the account's own.
  public List<String> sendAs(String address) {
    return sendAs.list(account(address).account());
  }

  private AccountEntry account(String address) {
    EmailAddress name = Names.address(address);
    domains.needOwn(name.domain());
    AccountEntry entry = resolver.account(name);
    if (entry == null) throw none("account", address);
    return entry;
  }

  // ---- what all of them need

  /// Changes what one name is; of a name whose account is gone the function sees nothing.
  ///
  /// @param change gives null to remove the name
  private NameRow change(Domain d, String localPart, Function<NameRow, NameRow> change) {
    byte[] key = NameRow.key(localPart);
    return domains.change(
        d,
        edit -> {
          byte[] row = edit.get(key);
          NameRow there = row == null ? null : NameRow.decode(row);
          NameRow now = change.apply(there == null || carrier.isOrphan(there) ? null : there);
          if (now == null) {
            edit.delete(key);
          } else {
            byte[] value = now.encode();
            if (value.length > Kv.VALUE_MAX) {
              throw new DirectoryException(Reason.LIMIT, "the addresses are too long together");
            }
            edit.put(key, value);
          }
          return now;
        });
  }

  /// @param of key of what leads there; "" for an account
  private List<EmailAddress> targets(List<String> texts, String of) {
    Map<String, EmailAddress> out = new LinkedHashMap<>();
    for (String text : texts) {
      EmailAddress t = Names.target(text);
      String why = resolver.refusal(t, of);
      if (why != null) throw new DirectoryException(Reason.BAD_TARGET, t + " " + why);
      out.put(Names.key(t), t);
    }
    return List.copyOf(out.values());
  }

  /// Before anything else is judged; the change looks again.
  ///
  /// @param replaced kind that may be there; null: none
  private void refuseTaken(Domain d, String localPart, Class<? extends NameRow> replaced) {
    NameRow there = domains.name(d, localPart);
    boolean free = there == null || carrier.isOrphan(there);
    if (!free && (replaced == null || !replaced.isInstance(there))) throw taken(d, there);
  }

  private static Map<String, EmailAddress> byKey(List<EmailAddress> addresses) {
    Map<String, EmailAddress> out = new LinkedHashMap<>();
    for (EmailAddress a : addresses) out.put(Names.key(a), a);
    return out;
  }

  private interface View<T> {
    /// Null if the row is something else.
    T of(Domain d, NameRow row);
  }

  private <T> List<T> all(View<T> view) {
    List<T> out = new ArrayList<>();
    for (Domain d : domains.byName()) {
      for (NameRow row : domains.names(d)) {
        T t = carrier.isOrphan(row) ? null : view.of(d, row);
        if (t != null) out.add(t);
      }
    }
    return out;
  }

  private static EmailAddress full(NameRow row, Domain d) {
    return new EmailAddress(row.localPart(), d.name());
  }

  private static String text(NameRow row, Domain d) {
    return row.localPart().isEmpty() ? "@" + d.name() : full(row, d).toString();
  }

  /// What a name is, for an administrator who wants it for something else.
  static DirectoryException taken(Domain d, NameRow row) {
    String text = text(row, d);
    String what =
        switch (row) {
          case NameRow.OfAccount _ -> "the address exists: " + text;
          case NameRow.OfAlias _ -> "the address exists: " + text + " is an alias";
          case NameRow.OfGroup _ -> "the address exists: " + text + " is a group";
          case NameRow.OfMoved m -> "the user of " + text + " has moved to " + m.move().to();
          case NameRow.OfRelayed _ -> "the address exists elsewhere: " + text;
        };
    return new DirectoryException(Reason.ALREADY_EXISTS, what);
  }

  private static DirectoryException none(String what, String name) {
    return new DirectoryException(Reason.NO_SUCH_NAME, "no such " + what + ": " + name);
  }
}
