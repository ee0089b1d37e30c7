package org.posthorn.pop3;

import java.util.Arrays;
import java.util.BitSet;
import org.posthorn.store.Account;
import org.posthorn.store.EmailId;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MailboxId;
import org.posthorn.store.UidSet;

/// What was in INBOX at login, by message number from 1, and what the client marked. Sixteen octets
/// a message.
final class Maildrop {
  private final MailboxId mailbox;
  private final int count;
  private final int[] uids; // unsigned
  private final int[] sizes;
  private final long[] emails;
  private final BitSet deleted = new BitSet();
  private final BitSet retrieved = new BitSet();
  private int left;
  private long octets;

  private Maildrop(MailboxId mailbox, int count, int[] uids, int[] sizes, long[] emails) {
    this.mailbox = mailbox;
    this.count = count;
    this.uids = uids;
    this.sizes = sizes;
    this.emails = emails;
    reset();
  }

  /// RFC 1939 §4: the drop as it is now.
  static Maildrop of(Account account) {
    Mailbox inbox = account.mailbox("INBOX");
    int[] uids = new int[inbox.count()];
    int[] sizes = new int[uids.length];
    long[] emails = new long[uids.length];
    int n = 0;
    EntryCursor entries = inbox.entries(UidSet.ALL);
    while (entries.next()) {
      uids[n] = (int) entries.uid();
      sizes[n] = (int) entries.size();
      emails[n++] = entries.emailId();
    }
    return new Maildrop(inbox.id(), n, uids, sizes, emails);
  }

  MailboxId mailbox() {
    return mailbox;
  }

  /// Numbers given, deleted ones included.
  int count() {
    return count;
  }

  /// Messages not marked as deleted.
  int left() {
    return left;
  }

  /// Octets of the messages not marked as deleted.
  long octets() {
    return octets;
  }

  /// RFC 1939 §5: each command but RSET treats a deleted message as absent.
  boolean has(int message) {
    return message <= count && !deleted.get(message);
  }

  /// Refuses a message that is not there.
  void require(int message) {
    if (message > count) {
      throw Refusal.of("no such message, only " + messages(count) + " in maildrop");
    }
    if (deleted.get(message)) {
      throw Refusal.of("message " + message + " already deleted");
    }
  }

  long uid(int message) {
    return Integer.toUnsignedLong(uids[message - 1]);
  }

  int size(int message) {
    return sizes[message - 1];
  }

  long email(int message) {
    return emails[message - 1];
  }

  /// RFC 1939 §7, UIDL: 1 to 70 characters between 0x21 and 0x7E, the same in every session.
  String uniqueId(int message) {
    return new EmailId(emails[message - 1]).toString();
  }

  void delete(int message) {
    deleted.set(message);
    left--;
    octets -= size(message);
  }

  void retrieved(int message) {
    retrieved.set(message);
  }

  /// Takes all marks of deletion back.
  void reset() {
    deleted.clear();
    left = count;
    octets = Arrays.stream(sizes).limit(count).asLongStream().sum();
  }

  /// What is to be removed.
  UidSet deletedUids() {
    return uids(deleted);
  }

  /// What was retrieved and stays, since the last call.
  UidSet takeSeenUids() {
    retrieved.andNot(deleted);
    UidSet seen = uids(retrieved);
    retrieved.clear();
    return seen;
  }

  private UidSet uids(BitSet messages) {
    UidSet.Builder set = new UidSet.Builder();
    for (int m = messages.nextSetBit(1); m > 0; m = messages.nextSetBit(m + 1)) {
      set.add(uid(m));
    }
    return set.build();
  }

  static String messages(long n) {
    return n == 1 ? "1 message" : n + " messages";
  }

  /// As RFC 1939 §10 says it: `2 messages (320 octets)`.
  @Override
  public String toString() {
    return messages(left) + " (" + octets + " octets)";
  }
}
