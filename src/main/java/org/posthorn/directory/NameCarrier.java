package org.posthorn.directory;

import static java.lang.System.Logger.Level.WARNING;

import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.mime.EmailAddress;
import org.posthorn.store.Account;
import org.posthorn.store.AccountId;
import org.posthorn.store.Courier;
import org.posthorn.store.Store;

/// Carries what an account's commit asks of the names of its domain: to claim its name, and to
/// release it.
///
/// The account is made first and removed first; the name follows. A crash in between leaves a wish
/// in the account's outbox, which is carried out at the next start. Until then an account without a
/// name cannot be reached, and a name without an account is nobody's and free.
final class NameCarrier implements Courier.Carrier {
  /// Of the outbox rows.
  static final String KIND = "directory-name";

  private static final System.Logger LOG = System.getLogger("posthorn.directory");
  private static final int FORMAT = 1;
  private static final int CLAIM = 1;
  private static final int RELEASE = 2;

  private final Store store;
  private final Domains domains;

  NameCarrier(Store store, Domains domains) {
    this.store = store;
    this.domains = domains;
  }

  static byte[] claim(EmailAddress address) {
    return payload(CLAIM, address);
  }

  static byte[] release(EmailAddress address) {
    return payload(RELEASE, address);
  }

  private static byte[] payload(int wish, EmailAddress address) {
    return new RowText.Writer(FORMAT)
        .u8(wish)
        .text(address.localPart())
        .text(address.domain())
        .done();
  }

  @Override
  public void carry(AccountId from, long id, byte[] payload) {
    RowText.Reader r = new RowText.Reader(payload, FORMAT);
    int wish = r.u8();
    EmailAddress address = new EmailAddress(r.text(), r.text());
    switch (wish) {
      case CLAIM -> claim(from, address);
      case RELEASE -> release(from, address);
      default -> throw RowText.Reader.damaged("wish of kind " + wish);
    }
  }

  private void claim(AccountId from, EmailAddress address) {
    if (!claimed(from, address)) {
      giveUp(from, address);
    } else if (store.account(from) == null) {
      // Removed meanwhile, and the wish to release may have been carried out before this one.
      release(from, address);
    }
  }

  private boolean claimed(AccountId from, EmailAddress address) {
    Domain d = domains.find(address.domain());
    if (d == null || d.kind() != DomainSettings.Kind.OWN) return false;
    byte[] key = NameRow.key(address.localPart());
    try {
      return domains.change(
          d,
          edit -> {
            byte[] row = edit.get(key);
            NameRow there = row == null ? null : NameRow.decode(row);
            if (there instanceof NameRow.OfAccount a && a.account().equals(from)) return true;
            if (there != null && !isOrphan(there)) return false;
            edit.put(key, new NameRow.OfAccount(from, address.localPart()).encode());
            return true;
          });
    } catch (DirectoryException e) {
      if (e.reason() == Reason.NO_SUCH_DOMAIN) return false;
      throw e;
    }
  }

  /// Whether a name belongs to an account that is gone.
  boolean isOrphan(NameRow row) {
    return row instanceof NameRow.OfAccount a && store.account(a.account()) == null;
  }

  /// Somebody else has the name. The account never had it, so nobody ever reached it.
  private void giveUp(AccountId from, EmailAddress address) {
    Account a = store.account(from);
    if (a == null) return;
    if (a.usage().emails() > 0) {
      LOG.log(WARNING, "account-without-name account={0} address={1}", from, address);
      return;
    }
    store.removeAccount(from, also -> {});
  }

  private void release(AccountId from, EmailAddress address) {
    Domain d = domains.find(address.domain());
    if (d == null) return;
    byte[] key = NameRow.key(address.localPart());
    try {
      domains.change(
          d,
          edit -> {
            byte[] row = edit.get(key);
            if (row != null
                && NameRow.decode(row) instanceof NameRow.OfAccount a
                && a.account().equals(from)) {
              edit.delete(key);
            }
            return null;
          });
    } catch (DirectoryException e) {
      if (e.reason() != Reason.NO_SUCH_DOMAIN) throw e;
    }
  }
}
