package org.posthorn.directory;

import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Addresses;
import org.posthorn.net.sasl.Claim;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;
import org.posthorn.store.Account;
import org.posthorn.store.Store;

/// Judges logins that send no password: SCRAM, a client's certificate.
final class Proofs {
  private static final int NAME_MAX = 320;

  private final Store store;
  private final Resolver resolver;
  private final DirectoryOptions options;
  private final LoginBackoff backoff;
  private final ScramDecoys decoys;

  Proofs(
      Store store,
      Resolver resolver,
      DirectoryOptions options,
      LoginBackoff backoff,
      ScramDecoys decoys) {
    this.store = store;
    this.resolver = resolver;
    this.options = options;
    this.backoff = backoff;
    this.decoys = decoys;
  }

  /// What SCRAM needs to know of a name, or of nobody.
  ScramSecret secret(ScramHash hash, String name) {
    EmailAddress address = address(name);
    // First, so that it takes its time for everybody.
    ScramSecret decoy = decoys.secret(hash, who(name, address));
    ScramKeys keys = keys(hash, account(address));
    return keys == null ? decoy : keys.secret();
  }

  Login scram(Claim.Scram claim, InetAddress from) {
    EmailAddress address = address(claim.who());
    AccountEntry account = account(address);
    return attempt(
        who(claim.who(), address),
        account,
        from,
        () -> {
          // A password changed since opens nothing any more.
          ScramKeys now = keys(claim.hash(), account);
          return claim.proven()
              && now != null
              && MessageDigest.isEqual(now.storedKey(), claim.secret().storedKey())
              && MessageDigest.isEqual(now.salt(), claim.secret().salt());
        });
  }

  private Login attempt(String who, AccountEntry account, InetAddress from, BooleanSupplier opens) {
    boolean limited = !options.trusted().contains(from);
    LoginBackoff.Attempt attempt = backoff.begin(who, Addresses.limitKey(from), limited);
    if (!attempt.waiting().isZero()) return new Login.TooMany(attempt.waiting());
    boolean decided = false;
    try {
      boolean right = opens.getAsBoolean();
      decided = true;
      if (!right) {
        attempt.failed();
        return new Login.Refused();
      }
      attempt.succeeded();
      return new Login.Ok(account.account(), account.address());
    } finally {
      if (!decided) attempt.undecided();
    }
  }

  /// The first address of the certificate that is an account, or the one asked for if the
  /// certificate has it. A certificate is no guess, so nobody is kept waiting.
  Login certificate(Claim.Certificate claim) {
    EmailAddress wanted = claim.authzid().isEmpty() ? null : address(claim.authzid());
    if (!claim.authzid().isEmpty() && wanted == null) return new Login.OtherIdentity();
    boolean any = false;
    for (String text : claim.addresses()) {
      EmailAddress address = address(text);
      AccountEntry account = account(address);
      if (account == null) continue;
      any = true;
      if (wanted == null || Names.key(wanted).equals(Names.key(address))) {
        return new Login.Ok(account.account(), account.address());
      }
    }
    // RFC 4422 §A.1: the client may only be whom its credentials name
    return any ? new Login.OtherIdentity() : new Login.Refused();
  }

  /// Null if it is too long or no address.
  private static EmailAddress address(String name) {
    String prepared = name.length() > NAME_MAX ? null : SaslPrep.prepare(name); // RFC 5802 §5.1
    return prepared == null ? null : EmailAddress.parse(prepared);
  }

  private static String who(String name, EmailAddress address) {
    return address != null
        ? Names.key(address)
        : name.substring(0, Math.min(name.length(), NAME_MAX)).toLowerCase(Locale.ROOT);
  }

  private AccountEntry account(EmailAddress address) {
    return address == null ? null : resolver.account(address);
  }

  private ScramKeys keys(ScramHash hash, AccountEntry entry) {
    Account a = entry == null ? null : store.account(entry.account());
    byte[] record = a == null ? null : a.record(Credential.KIND, Credential.ID);
    return record == null ? null : Credential.decode(record).scram(hash);
  }
}
