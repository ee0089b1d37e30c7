package org.posthorn.directory;

import static java.lang.System.Logger.Level.WARNING;

import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.mime.EmailAddress;

/// Makes domains and accounts when somebody asks for them, for [DirectoryOptions.Users#ANY].
final class OnDemand {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  /// Domains after which no more are made.
  static final int DOMAINS_MAX = 1000;

  /// Accounts made by one process, after which no more are made.
  static final int ACCOUNTS_MAX = 10_000;

  private final Directory directory;
  private final Domains domains;
  private int made; // guarded by this

  OnDemand(Directory directory, Domains domains) {
    this.directory = directory;
    this.domains = domains;
  }

  /// Makes the account of an address and its domain. True if it exists now.
  boolean make(EmailAddress address) {
    Domain d = domains.find(address.domain());
    if (d != null && d.kind() == DomainSettings.Kind.BACKUP) return false;
    if (d != null && d.kind() == DomainSettings.Kind.ALIAS) {
      return make(new EmailAddress(address.localPart(), d.settings().aliasOf()));
    }
    DomainSettings settings = d == null ? DomainSettings.USUAL : d.settings();
    String localPart = Resolver.base(settings.separators(), address.localPart());
    if (address.isLiteral()
        || !Names.fits(Names.key(localPart))
        || address.domain().length() > Names.DOMAIN_MAX) {
      return false;
    }
    if (!domain(address.domain()) || !room()) return false;
    try {
      directory.addAccountWithoutPassword(address.withLocalPart(localPart));
      return true;
    } catch (DirectoryException e) {
      giveBack();
      if (e.reason() == Reason.ALREADY_EXISTS) return true; // somebody was faster
      throw e;
    }
  }

  private boolean domain(String name) {
    if (domains.find(name) != null) return true;
    if (domains.count() >= DOMAINS_MAX) {
      LOG.log(WARNING, "any-user-full domains={0}", DOMAINS_MAX);
      return false;
    }
    try {
      directory.addDomain(name);
    } catch (DirectoryException e) {
      if (e.reason() != Reason.ALREADY_EXISTS) throw e;
    }
    return true;
  }

  private synchronized boolean room() {
    if (made >= ACCOUNTS_MAX) {
      LOG.log(WARNING, "any-user-full accounts={0}", ACCOUNTS_MAX);
      return false;
    }
    made++;
    return true;
  }

  private synchronized void giveBack() {
    made--;
  }

  /// Any password opens; a name that is no address does not.
  Login login(String name) {
    EmailAddress address = EmailAddress.parse(name);
    if (address == null) return new Login.Refused();
    try {
      AccountEntry own = directory.holder(address);
      if (own == null && make(address)) own = directory.holder(address);
      return own == null ? new Login.Refused() : new Login.Ok(own.account(), own.address());
    } catch (RuntimeException e) {
      LOG.log(WARNING, "login-undecided reason={0}", e.toString());
      return new Login.Unavailable();
    }
  }
}
