package org.posthorn.imap;

import java.util.Set;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.store.Access;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.SpecialUse;

/// A mailbox that a client has named: whose it is, as it is now, and what this user may do with it.
///
/// @param name as this user knows it; [Mailbox#name] is what its owner calls it
public record Place(Account account, Mailbox box, String name, Rights rights) {
  /// Whether it is the user's own.
  public boolean isOwn() {
    return name.equals(box.name());
  }

  /// The account as this user changes it.
  public Access access(ImapSession s) {
    return account.by(s.account().id());
  }

  /// The mailbox with this user's `\Seen`; [#box] has the owner's.
  public Mailbox look(ImapSession s) {
    Mailbox now = access(s).mailbox(box.id());
    return now == null ? box : now; // deleted meanwhile: as it was
  }

  /// What the mailbox is to this user; the uses of others' mailboxes are theirs (RFC 6154 §2).
  public Set<SpecialUse> specialUse() {
    return isOwn() ? box.specialUse() : Set.of();
  }

  /// Refuses who has not this right. Without the right to look a mailbox up, it is as if there was
  /// none (RFC 4314 §6).
  public Place need(Right right) {
    if (rights.has(right)) {
      return this;
    }
    throw rights.has(Right.LOOKUP) ? denied() : CommandException.no("NONEXISTENT", NONE);
  }

  /// What is said of a mailbox that is not there, or not for this user.
  static final String NONE = "No such mailbox";

  /// RFC 5530 §3.
  public static CommandException denied() {
    return CommandException.no("NOPERM", "You may not do that with this mailbox");
  }
}
