package org.posthorn.directory;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
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
import org.posthorn.store.kv.Partition;

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

  private static final int ACCOUNTS_A_LOOK = 256;

  /// Recipients listed of one domain that others are for.
  private static final int RECIPIENTS_MAX = 100_000;

  private final Store store;
  private final DirectoryOptions options;
  private final Tokens tokens; // null if they are not taken
  private final Counters counters = new Counters();
  private final Domains domains;
  private final NameCarrier carrier;
  private final Resolver resolver;
  private final Addressing addressing;
  private final PasswordHashing hashing;
  private final Logins logins;
  private final OnDemand onDemand;
  private final SigningKeys signingKeys;

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
    this.signingKeys = new SigningKeys(domains);
    this.carrier = new NameCarrier(store, domains);
    this.resolver = new Resolver(store, domains, options.postmaster(), clock, counters);
    this.addressing = new Addressing(store, domains, resolver, carrier, clock);
    this.hashing = new PasswordHashing(counters);
    this.logins = new Logins(store, resolver, options, hashing, tokens, ticker, counters);
    this.onDemand = new OnDemand(this, domains);
    store.courier().register(NameCarrier.KIND, carrier);
  }

  // ---- what sessions ask

  /// What an address is to us. Throws an unchecked exception if the store cannot tell.
  ///
  /// An exact name comes first, also one with a separator within; then the name before the
  /// separator; then the domain's catch-all. Mail for the postmaster of a domain that names none
  /// goes to whom the configuration names; else to the catch-all; else to the domain's oldest
  /// account, else to the installation's.
  public Resolution resolve(EmailAddress address) {
    counters.resolved.increment();
    Resolution now = resolver.resolve(address);
    boolean nobody = now instanceof Resolution.NoSuchUser || now instanceof Resolution.NotOurs;
    return nobody && anybody() && onDemand.make(address) ? resolver.resolve(address) : now;
  }

  /// Where mail for `<postmaster>` without a domain goes (RFC 5321 §4.5.1): to whom the
  /// configuration names, else the postmaster of the oldest domain that has one.
  public Resolution resolvePostmaster() {
    List<EmailAddress> asked = new ArrayList<>();
    if (options.postmaster() != null) asked.add(options.postmaster());
    for (Domain d : domains.all()) asked.add(new EmailAddress(Names.POSTMASTER, d.name()));
    for (EmailAddress a : asked) {
      if (resolver.resolve(a) instanceof Resolution.Found found) return found;
    }
    return new Resolution.NoSuchUser();
  }

  /// Whether a domain's users are ours. Those of a domain that we are only a backup for are not.
  ///
  /// @param domain in any case, as A-label or U-label
  public boolean isOurs(String domain) {
    if (domains.hosting(domain) != null) return true;
    String normal = EmailAddress.normalDomain(domain);
    if (normal == null || normal.startsWith("[")) return false;
    return domains.hosting(normal) != null || anybody() && domains.find(normal) == null;
  }

  /// Whether others are for a domain, and its mail may wait here for them.
  ///
  /// @param domain as A-labels
  public boolean isBackupFor(String domain) {
    Domain d = domains.find(domain);
    return d != null && d.kind() == DomainSettings.Kind.BACKUP;
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
  /// either, each of them in a domain that has the same names; or what an administrator has
  /// granted. A catch-all gives no right to write as everybody, and being in a group none to write
  /// as all.
  public boolean owns(AccountId account, EmailAddress address) {
    return resolver.leadsTo(address, account) || addressing.sendAs().granted(account, address);
  }

  /// Who stands behind a name or sub-address: the members of a group, the targets of an alias, an
  /// account by its own address, and not where its owner has its mail sent on to. Empty for what is
  /// none of these.
  public List<EmailAddress> members(EmailAddress address) {
    return resolver.members(address);
  }

  /// A random key of this installation, the same at each call and after each start. Throws an
  /// unchecked exception if the store can neither read nor keep it.
  ///
  /// @param purpose lower case letters; another key for each
  public byte[] key(String purpose) {
    PartitionRows server = new PartitionRows(store.kv(), store.ids(), Partition.SERVER);
    return new ServerKey(server, "y/key/" + purpose).octets(ServerKey.fresh());
  }

  /// The keys by which mail of our domains is signed.
  public SigningKeys signingKeys() {
    return signingKeys;
  }

  private boolean anybody() {
    return options.users() == DirectoryOptions.Users.ANY;
  }

  // ---- domains

  public void addDomain(String domain) {
    addDomain(domain, DomainSettings.USUAL, List.of());
  }

  private void addDomain(String domain, DomainSettings settings, List<String> recipients) {
    String name = Names.domain(domain);
    domains.add(name, settings, recipients);
    LOG.log(INFO, "domain-added domain={0} kind={1}", name, settings.kind());
  }

  /// Makes a domain that has the names of another.
  public void addDomainAlias(String alias, String domain) {
    String of = Names.domain(domain);
    Domain d = domains.needOwn(of);
    addDomain(alias, DomainSettings.aliasOf(d.name()), List.of());
  }

  /// Makes a domain that others are for: mail is taken for those whom they know.
  ///
  /// @param recipients local parts or addresses; null: whatever they are asked for
  public void addBackupDomain(String domain, List<String> recipients) {
    String name = Names.domain(domain);
    List<String> localParts = recipients == null ? List.of() : recipients(name, recipients);
    addDomain(name, DomainSettings.backup(recipients == null), localParts);
  }

  /// Replaces whom a domain that others are for takes mail for.
  ///
  /// @param recipients as for [#addBackupDomain]
  public void setRecipients(String domain, List<String> recipients) {
    Domain d = domains.need(Names.domain(domain));
    if (d.kind() != DomainSettings.Kind.BACKUP) {
      throw new DirectoryException(
          Reason.INVALID, d.name() + " is no backup domain: its names are here");
    }
    boolean any = recipients == null;
    List<String> localParts = any ? List.of() : recipients(d.name(), recipients);
    domains.change(d, d.settings().withAnyRecipient(any), edit -> Domains.list(edit, localParts));
    LOG.log(
        INFO, "domain-recipients domain={0} listed={1} any={2}", d.name(), localParts.size(), any);
  }

  private static List<String> recipients(String domain, List<String> texts) {
    if (texts.size() > RECIPIENTS_MAX) {
      throw new DirectoryException(
          Reason.LIMIT, "a backup domain lists at most " + RECIPIENTS_MAX + " recipients");
    }
    List<String> out = new ArrayList<>();
    for (String text : texts) {
      String full = text.indexOf('@') < 0 ? text.strip() + "@" + domain : text;
      EmailAddress a = Names.address(full);
      if (!a.domain().equals(domain)) {
        throw new DirectoryException(Reason.INVALID, "not an address of " + domain + ": " + text);
      }
      out.add(a.localPart());
    }
    return out;
  }

  /// Says where the detail of a sub-address begins.
  ///
  /// @param separators each character separates; "": the domain has no sub-addresses
  public void setSeparators(String domain, String separators) {
    Domain d = domains.need(Names.domain(domain));
    if (d.kind() == DomainSettings.Kind.ALIAS) domains.needOwn(d.name());
    domains.change(d, d.settings().withSeparators(separators), edit -> {});
    LOG.log(INFO, "domain-separators domain={0} separators={1}", d.name(), separators);
  }

  /// Also removes its aliases. A domain with accounts is refused, and one whose names another has.
  public void removeDomain(String domain) {
    String name = Names.domain(domain);
    domains.remove(name, a -> !carrier.isOrphan(a));
    LOG.log(INFO, "domain-removed domain={0}", name);
  }

  /// As A-labels, in alphabetical order.
  public List<String> domains() {
    return domains.all().stream().map(Domain::name).sorted().toList();
  }

  /// In alphabetical order.
  public List<DomainEntry> domainEntries() {
    return domains().stream().map(domains::find).filter(Objects::nonNull).map(this::entry).toList();
  }

  public DomainEntry domain(String domain) {
    return entry(domains.need(Names.domain(domain)));
  }

  private DomainEntry entry(Domain d) {
    DomainSettings settings = d.settings();
    boolean lists = settings.kind() == DomainSettings.Kind.BACKUP && !settings.anyRecipient();
    return new DomainEntry(d.name(), settings, lists ? domains.names(d).size() : 0);
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
    NameRow row = domains.name(domains.needOwn(a.domain()), a.localPart());
    if (row != null && !carrier.isOrphan(row)) {
      throw Addressing.taken(domains.needOwn(a.domain()), row);
    }
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

  /// The account that an address or sub-address belongs to, or null.
  AccountEntry holder(EmailAddress address) {
    return resolver.holder(address);
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
    domains.needOwn(a.domain());
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

  // ---- what leads elsewhere

  /// Aliases, groups, forwards, and who has moved.
  public Addressing addressing() {
    return addressing;
  }

  /// Makes an alias that does not end, see [Addressing#addAlias].
  public void addAlias(String alias, List<String> targets) {
    addressing.addAlias(alias, targets, null);
  }

  public void removeAlias(String alias) {
    addressing.removeAlias(alias);
  }

  public List<Alias> aliases() {
    return addressing.aliases();
  }

  // ---- the rest

  /// What contradicts something else, one line each; empty if all is well.
  public List<String> check() {
    return new DirectoryCheck(store, domains, resolver, addressing, logins.decoys()).run();
  }

  public Counters counters() {
    return counters;
  }

  @Override
  public void close() {
    logins.close();
  }
}
