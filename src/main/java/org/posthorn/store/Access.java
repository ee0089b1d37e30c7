package org.posthorn.store;

import java.util.List;

/// An account as one of its users sees and changes it: the owner, or somebody to whom he has given
/// rights. Whether the rights allow it, the caller has asked.
///
/// `\Seen` is each user's own; all else is everybody's. What a user changes of `\Seen` alone the
/// others do not notice: to them no MODSEQ changes.
public final class Access {
  private final Account account;
  private final AccountId user;

  Access(Account account, AccountId user) {
    this.account = account;
    this.user = user;
  }

  public Account account() {
    return account;
  }

  /// The mailbox with this user's `\Seen` flags and counts, or null if it was deleted.
  public Mailbox mailbox(MailboxId id) {
    while (true) {
      AccountState s = account.state();
      Mailbox box = s.byId(id.value());
      if (box == null || user.equals(account.id())) return box;
      Seen.Key key = new Seen.Key(box.number, user);
      Seen seen = s.seen().get(key);
      // Both of one state: what MODSEQs say of the two must fit together.
      if (seen != null) return box.seenBy(seen);
      account.change(d -> d.loadSeen(key));
    }
  }

  /// Stores all of them by one commit, or none.
  ///
  /// @param mailbox name; must exist
  public Changes.Arrived append(String mailbox, List<NewMessage> messages) {
    List<MessageChanges.Arrival> all = account.arrivals(mailbox, messages);
    return account.change(d -> MessageChanges.append(d, all, user));
  }

  /// Stores a message and expunges the one with this UID, by one commit.
  ///
  /// @param target name of the mailbox that takes the message; must exist
  public Changes.Replaced replace(MailboxId mailbox, long uid, String target, NewMessage message) {
    MessageChanges.Arrival a = account.arrivals(target, List.of(message)).getFirst();
    return account.change(d -> MessageChanges.replace(d, mailbox, uid, a, user));
  }

  /// @param unchangedSince entries with a MODSEQ above are left alone; Long.MAX_VALUE for all
  public Changes.Stored store(
      MailboxId mailbox, UidSet uids, FlagChange change, long unchangedSince) {
    return MessageChanges.store(this, mailbox, uids, change, unchangedSince);
  }

  /// As [Account#copy], also into another account: emails and threads keep their ids there (RFC
  /// 8474 §5.1).
  ///
  /// @param rights on the target: flags that they do not allow are lost (RFC 4314 §4)
  public Changes.Copied copy(
      MailboxId mailbox, UidSet uids, Account to, String target, Rights rights) {
    String t = MailboxNames.valid(target);
    if (to != account) return Transfer.copy(this, mailbox, uids, to, t, rights);
    Copying c = new Copying(mailbox, t, user, rights);
    return account.change(d -> c.copy(d, uids, account.nowSeconds()));
  }

  /// As [Account#move], also into another account. There the messages are added first: if the
  /// machine dies in between, they are in both, until the courier takes them out here.
  ///
  /// @param rights on the target
  public Changes.Copied move(
      MailboxId mailbox, UidSet uids, Account to, String target, Rights rights) {
    String t = MailboxNames.valid(target);
    if (to != account) return Transfer.move(this, mailbox, uids, to, t, rights);
    return new Copying(mailbox, t, user, rights).move(account, uids);
  }

  AccountId user() {
    return user;
  }
}
