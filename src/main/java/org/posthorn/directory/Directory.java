package org.posthorn.directory;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.directory.token.Tokens;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsChannel;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.Judge;
import org.posthorn.net.sasl.SaslOffer;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.net.sasl.TokenHints;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Refused;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;

/// Who exists: domains, accounts, aliases, and what opens them.
///
/// Any thread may call. Constructed after the store is opened and before [Store#start], so that the
/// courier finds the carrier of names; closed before the store.
///
/// What administers ([#addDomain] and on) is durable on return and throws [DirectoryException]. It
/// takes addresses as somebody typed them. Where the store cannot even be read, its own exceptions
/// come through.
public final class Directory implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  /// Targets of one alias.
  private static final int ALIAS_TARGETS_MAX = 500;

  private static final int ACCOUNTS_A_LOOK = 256;

  private final Store store;
  private final DirectoryOptions options;
  private final Tokens tokens; // null if they are not taken
  private final Counters counters = new Counters();
  private final Domains domains;
  private final NameCarrier carrier;
  private final Resolver resolver;
  private final PasswordHashing hashing;
  private final Logins logins;
  private final OnDemand onDemand;

  /// @param clock wall time; tells which domain is the oldest
  public Directory(Store store, DirectoryOptions options, InstantSource clock, Ticker ticker) {
    this(store, options, null, clock, ticker);
  }

  /// @param tokens judges bearer tokens; null if they are not taken
  public Directory(
      Store store, DirectoryOptions options, Tokens tokens, InstantSource clock, Ticker ticker) {
    this.tokens = tokens;
    this.store = store;
    this.options = options;
    this.domains = new Domains(store, clock, counters);
    this.carrier = new NameCarrier(store, domains);
    this.resolver = new Resolver(store, domains, options.postmaster(), counters);
    this.hashing = new PasswordHashing(counters);
    this.logins = new Logins(store, resolver, options, hashing, tokens, ticker, counters);
    this.onDemand = new OnDemand(this, domains);
    store.courier().register(NameCarrier.KIND, carrier);
  }

  // ---- what sessions ask

  /// What an address is to us. Throws an unchecked exception if the store cannot tell.
  ///
  /// An exact name comes first, also one with a `+`; then the name before the `+`; then the
  /// domain's catch-all. Mail for the postmaster of a domain that names none goes to whom the
  /// configuration names; else to the catch-all; else to the domain's oldest account, else to the
  /// installation's.
  public Resolution resolve(EmailAddress address) {
    counters.resolved.increment();
    boolean ours = domains.find(address.domain()) != null;
    List<Target> targets = ours ? resolver.targets(address) : List.of();
    if (targets.isEmpty() && anybody() && onDemand.make(address)) {
      targets = resolver.targets(address);
      ours = true;
    }
    if (!targets.isEmpty()) return new Resolution.Found(targets, List.of());
    return ours ? new Resolution.NoSuchUser() : new Resolution.NotOurs();
  }

  /// Where mail for `<postmaster>` without a domain goes (RFC 5321 §4.5.1): to whom the
  /// configuration names, else the postmaster of the oldest domain that has one.
  public Resolution resolvePostmaster() {
    List<EmailAddress> asked = new ArrayList<>();
    if (options.postmaster() != null) asked.add(options.postmaster());
    for (Domain d : domains.all()) asked.add(new EmailAddress(Names.POSTMASTER, d.name()));
    for (EmailAddress a : asked) {
      List<Target> targets = resolver.targets(a);
      if (!targets.isEmpty()) return new Resolution.Found(targets, List.of());
    }
    return new Resolution.NoSuchUser();
  }

  /// Whether we receive mail for a domain.
  ///
  /// @param domain in any case, as A-label or U-label
  public boolean isOurs(String domain) {
    if (domains.find(domain) != null) return true;
    String normal = EmailAddress.normalDomain(domain);
    if (normal == null || normal.startsWith("[")) return false;
    return anybody() || domains.find(normal) != null;
  }

  /// Checks a name, which is an account's full address, and a password. Waits for its turn to hash,
  /// as long for a name that does not exist.
  public Login login(String name, String password, InetAddress from) {
    return login(new Claim.Password("", name, password), from);
  }

  /// Judges who a client claims to be. A password takes as long for a name that does not exist.
  public Login login(Claim claim, InetAddress from) {
    if (!anybody()) return logins.login(claim, from);
    return claim instanceof Claim.Password p
        ? Logins.himself(p, onDemand.login(p.who()))
        : new Login.Refused();
  }

  /// What SCRAM needs to know of a name; something that looks alike for one that nobody has.
  public ScramSecret secret(ScramHash hash, String name) {
    return logins.secret(hash, name);
  }

  /// Judges the exchanges of one client.
  public Judge<Login> judge(InetAddress from) {
    return new Judge<>() {
      @Override
      public ScramSecret secret(ScramHash hash, String name) {
        return Directory.this.secret(hash, name);
      }

      @Override
      public Login judge(Claim claim) {
        return login(claim, from);
      }
    };
  }

  /// How a client may log in.
  ///
  /// @param tls of its connection, null in clear
  public SaslOffer offer(TlsChannel tls) {
    // Where any password opens, nobody has keys.
    if (anybody()) return SaslOffer.PASSWORDS;
    TokenHints hints = tokens == null ? null : tokens.hints();
    return SaslOffer.of(logins.offersScram(), hints, tls);
  }

  /// Whether an account may send as an address: its own, an alias that ends at it, a sub-address of
  /// either. A catch-all gives no right to write as everybody.
  public boolean owns(AccountId account, EmailAddress address) {
    return resolver.leadsTo(address, account);
  }

  private boolean anybody() {
    return options.users() == DirectoryOptions.Users.ANY;
  }

  // ---- domains

  public void addDomain(String domain) {
    String name = Names.domain(domain);
    domains.add(name);
    LOG.log(INFO, "domain-added domain={0}", name);
  }

  /// Also removes its aliases. A domain with accounts is refused.
  public void removeDomain(String domain) {
    String name = Names.domain(domain);
    domains.remove(name, a -> !carrier.isOrphan(a));
    LOG.log(INFO, "domain-removed domain={0}", name);
  }

  /// As A-labels, in alphabetical order.
  public List<String> domains() {
    return domains.all().stream().map(Domain::name).sorted().toList();
  }

  // ---- accounts

  /// Makes an account with its first mailboxes.
  public AccountEntry addAccount(String address, String password, PasswordRules rules) {
    EmailAddress a = Names.address(address);
    refuseTaken(a);
    rules.check(a, password);
    return add(a, credential(password), false);
  }

  /// Makes an account that belongs to nobody in particular. Whoever has its password says who may
  /// use its mailboxes.
  public AccountEntry addSharedAccount(String address, String password, PasswordRules rules) {
    EmailAddress a = Names.address(address);
    refuseTaken(a);
    rules.check(a, password);
    return add(a, credential(password), true);
  }

  /// Makes an account that no password opens.
  AccountEntry addAccountWithoutPassword(EmailAddress address) {
    refuseTaken(address);
    return add(address, null, false);
  }

  private AccountEntry add(EmailAddress a, Credential credential, boolean shared) {
    AccountId id;
    try {
      id =
          store.createAccount(also -> {
            also.putRecord(AddressRecord.KIND, AddressRecord.ID, AddressRecord.encode(a));
            if (shared) {
              also.putRecord(AddressRecord.KIND, AddressRecord.SHARED, AddressRecord.shared());
            }
            if (credential != null) {
              also.putRecord(Credential.KIND, Credential.ID, credential.encode());
            }
            also.outbox(NameCarrier.KIND, NameCarrier.claim(a));
          });
    } catch (StoreUnavailable | Refused e) {
      throw unavailable("the account was not made: " + e.getMessage(), e);
    }
    if (!carry(id)) {
      throw unavailable("the account is made, its name will be when the store can write", null);
    }
    AccountEntry made = resolver.account(a);
    if (made == null || !made.account().equals(id)) {
      domains.need(a.domain());
      throw taken(a);
    }
    if (credential != null) logins.made(id, credential);
    counters.accountsMade.increment();
    LOG.log(INFO, "account-added account={0} address={1}", id, a);
    return made;
  }

  private boolean carry(AccountId id) {
    try {
      return store.courier().carryAll(id);
    } catch (RuntimeException e) {
      LOG.log(WARNING, "account-name-waits account={0} reason={1}", id, e.toString());
      return false;
    }
  }

  private void refuseTaken(EmailAddress a) {
    NameRow row = domains.name(domains.need(a.domain()), a.localPart());
    if (row != null && !carrier.isOrphan(row)) throw taken(a);
  }

  private static DirectoryException taken(EmailAddress a) {
    return new DirectoryException(Reason.ALREADY_EXISTS, "the address exists: " + a);
  }

  /// Removes an account and all its mail. Aliases that lead to it stay, and lead nowhere.
  public void removeAccount(String address) {
    AccountEntry entry = need(address);
    // The account first: from this commit on the store takes no mail for it, whoever still finds
    // the name, and the name is as good as gone.
    try {
      store.removeAccount(
          entry.account(),
          also -> also.outbox(NameCarrier.KIND, NameCarrier.release(entry.address())));
    } catch (StoreUnavailable | Refused e) {
      throw unavailable("the account was not removed: " + e.getMessage(), e);
    }
    carry(entry.account());
    logins.removed(entry.account());
    counters.accountsRemoved.increment();
    LOG.log(INFO, "account-removed account={0} address={1}", entry.account(), entry.address());
  }

  /// The old password opens nothing from the return on.
  public void setPassword(String address, String password, PasswordRules rules) {
    AccountEntry entry = need(address);
    rules.check(entry.address(), password);
    Credential credential = credential(password);
    Account account = store.account(entry.account());
    if (account == null) throw noSuchAccount(entry.address().toString());
    try {
      logins.change(account, credential);
    } catch (StoreUnavailable | Refused e) {
      throw unavailable("the password was not changed: " + e.getMessage(), e);
    }
    LOG.log(INFO, "password-set account={0} address={1}", entry.account(), entry.address());
  }

  /// The account of exactly this address.
  public Optional<AccountEntry> account(String address) {
    EmailAddress a = EmailAddress.parse(address.strip());
    return a == null ? Optional.empty() : Optional.ofNullable(resolver.account(a));
  }

  /// The account with its address; empty if it is gone, or nobody can reach it.
  public Optional<AccountEntry> account(AccountId id) {
    Account account = store.account(id);
    EmailAddress address = account == null ? null : AddressRecord.read(account);
    AccountEntry entry = address == null ? null : resolver.account(address);
    return Optional.ofNullable(entry).filter(e -> e.account().equals(id));
  }

  /// Ordered by domain and name.
  public List<AccountEntry> accounts() {
    Set<AccountId> living = living();
    List<AccountEntry> out = new ArrayList<>();
    for (String name : domains()) {
      Domain d = domains.find(name);
      if (d == null) continue;
      for (NameRow row : domains.names(d)) {
        if (row instanceof NameRow.OfAccount a && living.contains(a.account())) {
          AccountEntry entry = resolver.entry(a, name);
          if (entry != null) out.add(entry);
        }
      }
    }
    return out;
  }

  private Set<AccountId> living() {
    Set<AccountId> out = new HashSet<>();
    AccountId after = null;
    while (true) {
      List<AccountId> some = store.accounts(after, ACCOUNTS_A_LOOK);
      out.addAll(some);
      if (some.size() < ACCOUNTS_A_LOOK) return out;
      after = some.getLast();
    }
  }

  private Credential credential(String password) {
    if (password.length() > Logins.PASSWORD_MAX) {
      throw new DirectoryException(
          Reason.INVALID, "a password has at most " + Logins.PASSWORD_MAX + " characters");
    }
    try {
      return hashing.make(password, options.cost());
    } catch (PasswordHashing.Busy e) {
      throw unavailable(e.getMessage(), e);
    }
  }

  private AccountEntry need(String address) {
    EmailAddress a = Names.address(address);
    domains.need(a.domain());
    AccountEntry entry = resolver.account(a);
    if (entry == null) throw noSuchAccount(address);
    return entry;
  }

  private static DirectoryException noSuchAccount(String address) {
    return new DirectoryException(Reason.NO_SUCH_NAME, "no such account: " + address);
  }

  private static DirectoryException unavailable(String text, Throwable cause) {
    return new DirectoryException(Reason.UNAVAILABLE, text, cause);
  }

  // ---- aliases

  /// Makes an alias, or gives it other targets.
  ///
  /// @param alias an address, or `@domain` for every address of the domain that is nothing else
  /// @param targets addresses of this server
  public void addAlias(String alias, List<String> targets) {
    EmailAddress name = aliasName(alias);
    Domain d = domains.need(domainOf(alias, name));
    String localPart = name == null ? NameRow.CATCH_ALL : name.localPart();
    if (domains.name(d, localPart) instanceof NameRow.OfAccount there && !carrier.isOrphan(there)) {
      throw taken(name);
    }
    List<EmailAddress> to = targets(targets, Names.key(localPart) + "@" + d.name());
    byte[] key = NameRow.key(localPart);
    byte[] row = new NameRow.OfAlias(localPart, to).encode();
    domains.change(
        d,
        edit -> {
          byte[] there = edit.get(key);
          NameRow old = there == null ? null : NameRow.decode(there);
          if (old instanceof NameRow.OfAccount && !carrier.isOrphan(old)) throw taken(name);
          edit.put(key, row);
          return null;
        });
    LOG.log(INFO, "alias-added alias={0} targets={1}", alias, to);
  }

  /// @param key of the alias
  private List<EmailAddress> targets(List<String> texts, String key) {
    Map<String, EmailAddress> out = new LinkedHashMap<>();
    for (String text : texts) {
      EmailAddress t = Names.address(text);
      if (domains.find(t.domain()) == null) {
        throw new DirectoryException(
            Reason.BAD_TARGET, "an alias leads to addresses of this server, and " + t + " is none");
      }
      String why = resolver.refusal(t, key);
      if (why != null) throw new DirectoryException(Reason.BAD_TARGET, t + " " + why);
      out.put(Names.key(t), t);
    }
    if (out.isEmpty() || out.size() > ALIAS_TARGETS_MAX) {
      throw new DirectoryException(
          Reason.BAD_TARGET, "an alias has 1 to " + ALIAS_TARGETS_MAX + " targets");
    }
    return List.copyOf(out.values());
  }

  public void removeAlias(String alias) {
    EmailAddress name = aliasName(alias);
    Domain d = domains.need(domainOf(alias, name));
    byte[] key = NameRow.key(name == null ? NameRow.CATCH_ALL : name.localPart());
    domains.change(
        d,
        edit -> {
          byte[] there = edit.get(key);
          if (there == null || !(NameRow.decode(there) instanceof NameRow.OfAlias)) {
            throw new DirectoryException(Reason.NO_SUCH_NAME, "no such alias: " + alias);
          }
          edit.delete(key);
          return null;
        });
    LOG.log(INFO, "alias-removed alias={0}", alias);
  }

  /// Ordered by domain and name, the catch-all of a domain first.
  public List<Alias> aliases() {
    List<Alias> out = new ArrayList<>();
    for (String name : domains()) {
      Domain d = domains.find(name);
      if (d == null) continue;
      for (NameRow row : domains.names(d)) {
        if (row instanceof NameRow.OfAlias a) out.add(new Alias(text(a, name), a.targets()));
      }
    }
    return out;
  }

  private static String text(NameRow.OfAlias a, String domain) {
    return a.localPart().isEmpty()
        ? "@" + domain
        : new EmailAddress(a.localPart(), domain).toString();
  }

  /// Null for the catch-all.
  private static EmailAddress aliasName(String alias) {
    return alias.strip().startsWith("@") ? null : Names.address(alias);
  }

  private static String domainOf(String alias, EmailAddress name) {
    return name == null ? Names.domain(alias.strip().substring(1)) : name.domain();
  }

  // ---- the rest

  /// What contradicts something else, one line each; empty if all is well.
  public List<String> check() {
    return new DirectoryCheck(store, domains, resolver, logins.decoys()).run();
  }

  public Counters counters() {
    return counters;
  }

  @Override
  public void close() {
    logins.close();
  }
}
