package org.posthorn.imap.command;

import java.io.IOException;
import java.util.Optional;
import org.posthorn.directory.AccountEntry;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Account;
import org.posthorn.store.Quota;

/// What an account may hold (RFC 9208 §3.2). A user's own quota root is named `""`; administrators
/// name that of an account by its address.
///
/// @param name as it is written
record QuotaRoot(String name, Account account) {
  /// Octets of which STORAGE is counted (RFC 9208 §5.1).
  private static final long STORAGE_UNIT = 1024;

  /// What is limited (RFC 9208 §5).
  enum Resource {
    STORAGE,
    MESSAGE,
    MAILBOX
  }

  static QuotaRoot own(ImapSession s) {
    return new QuotaRoot("", s.account());
  }

  /// The root of that name, or NO; of others only for administrators (RFC 9208 §8).
  static QuotaRoot find(ImapSession s, String name) {
    if (name.isEmpty()) {
      return own(s);
    }
    Optional<AccountEntry> entry = s.server().directory().account(name);
    Account account = entry.map(e -> s.server().store().account(e.account())).orElse(null);
    boolean allowed = s.administers() || (account != null && account.id().equals(s.account().id()));
    if (!allowed || account == null) {
      throw CommandException.no("NONEXISTENT", "No such quota root");
    }
    return new QuotaRoot(name, account);
  }

  /// The QUOTA response: usage and limit of what is limited.
  void write(ImapWriter out) throws IOException {
    Account.Usage usage = account.usage();
    Quota quota = account.quota();
    out.untagged().raw("QUOTA ").astring(name).raw(" (");
    String between = "";
    for (Resource r : Resource.values()) {
      long limit =
          switch (r) {
            case STORAGE -> quota.octets();
            case MESSAGE -> quota.messages();
            case MAILBOX -> quota.mailboxes();
          };
      if (limit == Quota.NONE) {
        continue; // RFC 9208 §4.2.1: not named, not limited
      }
      long used =
          switch (r) {
            case STORAGE -> usage.bytes();
            case MESSAGE -> usage.emails();
            case MAILBOX -> usage.mailboxes();
          };
      out.raw(between).raw(r.name()).space().number(units(r, used));
      out.space().number(units(r, limit));
      between = " ";
    }
    out.raw(")").crlf();
  }

  /// Rounded up, so that what is within the limit is told to be so.
  private static long units(Resource r, long n) {
    return r == Resource.STORAGE ? n / STORAGE_UNIT + (n % STORAGE_UNIT == 0 ? 0 : 1) : n;
  }

  /// The limit that `n` units are, in what the store counts.
  static long limit(Resource r, long n) {
    if (r != Resource.STORAGE) {
      return n;
    }
    return n > Quota.NONE / STORAGE_UNIT ? Quota.NONE : n * STORAGE_UNIT;
  }
}
