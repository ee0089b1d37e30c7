package org.posthorn.directory;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.posthorn.directory.token.Tokens;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Addresses;
import org.posthorn.net.Ticker;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Store;

/// Checks names and passwords, and leads every login.
///
/// A login goes through the same steps whether the name exists or not: back-off, one look at what
/// was verified lately, one hash. Logins with the same name and password from one address that come
/// at once share one hash.
final class Logins implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  /// Characters of a name and of a password that are looked at; longer ones are refused, after as
  /// long a time.
  private static final int NAME_MAX = 320;

  static final int PASSWORD_MAX = 1024;

  private static final byte[] NO_CREDENTIAL = {};

  private final Store store;
  private final Resolver resolver;
  private final DirectoryOptions options;
  private final Counters counters;
  private final PasswordHashing hashing;
  private final VerifiedPasswords verified;
  private final LoginBackoff backoff;
  private final Credential dummy;
  private final ConcurrentHashMap<Flight, CompletableFuture<Login>> flights =
      new ConcurrentHashMap<>();
  private final CredentialLocks locks = new CredentialLocks();
  private final ScramCoverage coverage;
  private final ScramDecoys decoys;
  private final Proofs proofs;
  private final TokenLogins tokenLogins; // null if tokens are not taken

  private record Flight(ByteBuffer digest, InetAddress address) {}

  /// Who wants to log in, as far as we know him.
  ///
  /// @param account null if there is no such account
  /// @param record its credential; empty if there is none
  private record Looked(String who, String password, AccountEntry account, byte[] record) {
    @Override
    public String toString() {
      return "Looked[" + who + "]";
    }
  }

  Logins(
      Store store,
      Resolver resolver,
      DirectoryOptions options,
      PasswordHashing hashing,
      Tokens tokens,
      Ticker ticker,
      Counters counters) {
    this.store = store;
    this.resolver = resolver;
    this.options = options;
    this.counters = counters;
    this.hashing = hashing;
    this.verified = new VerifiedPasswords(ticker);
    this.backoff = new LoginBackoff(ticker);
    this.dummy = Credential.dummy(options.cost());
    this.coverage = new ScramCoverage(store, locks, ticker);
    this.decoys = new ScramDecoys(store, options.cost());
    this.proofs = new Proofs(store, resolver, options, backoff, decoys);
    this.tokenLogins = tokens == null ? null : new TokenLogins(tokens, resolver, options, backoff);
  }

  Login login(Claim claim, InetAddress from) {
    Login login;
    try {
      login =
          switch (claim) {
            case Claim.Password p -> himself(p, shared(looked(p.who(), p.password()), from));
            case Claim.Scram s -> himself(s, proofs.scram(s, from));
            case Claim.Certificate c -> proofs.certificate(c);
            case Claim.Token t ->
                tokenLogins == null ? new Login.Refused() : tokenLogins.login(t, from);
          };
    } catch (RuntimeException e) {
      LOG.log(ERROR, "login-failed", e);
      login = new Login.Unavailable();
    }
    switch (login) {
      case Login.Ok _ -> counters.loginsAccepted.increment();
      case Login.Refused _, Login.OtherIdentity _, Login.InsufficientScope _ ->
          counters.loginsRefused.increment();
      case Login.TooMany _ -> counters.loginsTooMany.increment();
      case Login.Unavailable _ -> counters.loginsUnavailable.increment();
    }
    return login;
  }

  /// RFC 4422 §3.4.1: nobody acts for another here, however well he proved who he is.
  static Login himself(Claim claim, Login login) {
    if (!(login instanceof Login.Ok ok) || claim.authzid().isEmpty()) return login;
    if (claim.authzid().equalsIgnoreCase(claim.who())) return login;
    EmailAddress wanted = EmailAddress.parse(claim.authzid());
    return wanted != null && Names.key(wanted).equals(Names.key(ok.address()))
        ? login
        : new Login.OtherIdentity();
  }

  ScramSecret secret(ScramHash hash, String name) {
    return proofs.secret(hash, name);
  }

  boolean offersScram() {
    return switch (options.scram()) {
      case COMPLETE -> coverage.complete();
      case ALWAYS -> true;
      case NEVER -> false;
    };
  }

  ScramDecoys decoys() {
    return decoys;
  }

  private Looked looked(String name, String password) {
    boolean tooLong = name.length() > NAME_MAX || password.length() > PASSWORD_MAX;
    EmailAddress address = tooLong ? null : EmailAddress.parse(name);
    AccountEntry account = address == null ? null : resolver.account(address);
    byte[] record = account == null ? null : record(account.account());
    String who =
        address != null
            ? Names.key(address)
            : name.substring(0, Math.min(name.length(), NAME_MAX)).toLowerCase(Locale.ROOT);
    String looked = password.substring(0, Math.min(password.length(), PASSWORD_MAX));
    return record == null
        ? new Looked(who, looked, null, NO_CREDENTIAL)
        : new Looked(who, looked, account, record);
  }

  /// Null if there is none.
  private byte[] record(AccountId id) {
    Account a = store.account(id);
    return a == null ? null : a.record(Credential.KIND, Credential.ID);
  }

  private Login shared(Looked claim, InetAddress from) {
    InetAddress address = Addresses.limitKey(from);
    ByteBuffer digest = verified.digest(claim.who, claim.record, claim.password);
    Flight flight = new Flight(digest, address);
    CompletableFuture<Login> mine = new CompletableFuture<>();
    CompletableFuture<Login> other = flights.putIfAbsent(flight, mine);
    if (other != null) return other.join();
    Login login = new Login.Unavailable();
    try {
      boolean limited = !options.trusted().contains(from);
      login = decide(claim, digest, backoff.begin(claim.who, address, limited));
    } finally {
      flights.remove(flight);
      mine.complete(login);
    }
    return login;
  }

  private Login decide(Looked claim, ByteBuffer digest, LoginBackoff.Attempt attempt) {
    if (!attempt.waiting().isZero()) return new Login.TooMany(attempt.waiting());
    boolean decided = false;
    try {
      boolean opens = opens(claim, digest);
      decided = true;
      if (!opens) {
        attempt.failed();
        return new Login.Refused();
      }
      attempt.succeeded();
      return new Login.Ok(claim.account.account(), claim.account.address());
    } catch (PasswordHashing.Busy e) {
      LOG.log(WARNING, "login-undecided reason={0}", e.getMessage());
      return new Login.Unavailable();
    } finally {
      if (!decided) attempt.undecided();
    }
  }

  private boolean opens(Looked claim, ByteBuffer digest) throws PasswordHashing.Busy {
    if (claim.account == null) {
      hashing.verify(dummy, claim.password);
      return false;
    }
    if (verified.contains(digest)) {
      counters.loginsRemembered.increment();
      return true;
    }
    Credential credential = Credential.decode(claim.record);
    if (!hashing.verify(credential, claim.password)) return false;
    // A password changed while we were hashing opens nothing any more.
    if (!Arrays.equals(claim.record, record(claim.account.account()))) return false;
    verified.add(digest);
    if (!credential.cost().equals(options.cost())) renew(claim);
    return true;
  }

  /// Makes the credential anew with today's cost; this is the one moment we have the password.
  private void renew(Looked claim) {
    AccountId id = claim.account.account();
    try {
      byte[] fresh = hashing.make(claim.password, options.cost()).encode();
      synchronized (locks.of(id)) {
        Account a = store.account(id);
        if (a == null || !Arrays.equals(a.record(Credential.KIND, Credential.ID), claim.record)) {
          return;
        }
        a.putRecord(Credential.KIND, Credential.ID, fresh);
      }
      LOG.log(INFO, "credential-renewed account={0}", id);
    } catch (PasswordHashing.Busy | RuntimeException e) {
      // The old one is good; the next login tries again.
      LOG.log(WARNING, "credential-not-renewed account={0} reason={1}", id, e.toString());
    }
  }

  /// Durable on return; the old password opens nothing from then on.
  void change(Account account, Credential credential) {
    synchronized (locks.of(account.id())) {
      account.putRecord(Credential.KIND, Credential.ID, credential.encode());
      coverage.changed(account.id(), credential);
    }
  }

  /// An account was made with a credential.
  void made(AccountId id, Credential credential) {
    synchronized (locks.of(id)) {
      coverage.changed(id, credential);
    }
  }

  /// An account was removed.
  void removed(AccountId id) {
    synchronized (locks.of(id)) {
      coverage.gone(id);
    }
  }

  LoginBackoff backoff() {
    return backoff;
  }

  @Override
  public void close() {
    hashing.close();
  }
}
