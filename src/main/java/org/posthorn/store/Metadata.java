package org.posthorn.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.posthorn.store.kv.Row;

/// Small values that users and their programs attach to a mailbox, or to the account as a whole
/// (RFC 5464): row `d`. They belong to the mailbox and not to its name, and go with it.
///
/// An entry is shared by all who see the mailbox, or private to one user, who need not be the
/// owner. Names are compared without case and kept as they were first written.
public final class Metadata {
  /// Octets of one value.
  public static final int VALUE_MAX = 64 << 10;

  /// Octets of a name, so that it fits into a key.
  public static final int NAME_MAX = 200;

  /// Octets of all entries of an account.
  static final long ACCOUNT_MAX = 16L << 20;

  /// Octets of the entries that another user keeps on one mailbox: they count against its owner,
  /// who does not see them.
  static final long GUEST_MAX = 32 << 10;

  /// What an entry counts for beside its key and its row.
  private static final int OVERHEAD = 64;

  /// Rows read together.
  private static final int ROWS_A_READ = 32;

  /// The account in place of a mailbox.
  private static final int NO_MAILBOX = 0;

  private static final int FORMAT = 1;

  /// @param name such as `/comment`, without what says whose it is
  public record Entry(String name, byte[] value) {}

  /// @param user whose entry; null for the shared one
  /// @param value null removes
  public record Change(AccountId user, String name, byte[] value) {
    public Change {
      if (value != null && value.length > VALUE_MAX) {
        throw new IllegalArgumentException("value of " + value.length + " octets");
      }
      if (name.length() > NAME_MAX || !name.chars().allMatch(c -> c < 0x80)) {
        throw new IllegalArgumentException("name " + name);
      }
    }
  }

  /// That an entry changed, for who wants to know.
  ///
  /// @param mailbox null for the account's own
  /// @param user null for all
  public record News(long modSeq, MailboxId mailbox, AccountId user, String name) {}

  private final Account account;

  Metadata(Account account) {
    this.account = account;
  }

  // ---- reading

  /// The value, or null.
  ///
  /// @param mailbox null for the account's own
  /// @param user null for the shared one
  public byte[] get(MailboxId mailbox, AccountId user, String name) {
    int number = number(mailbox);
    if (number < 0 || account.state().data().metadataBytes() == 0) return null;
    byte[] row = account.row(key(number, user, name));
    return row == null ? null : decode(row).value;
  }

  /// Visits the entries below `name` in the order of their names, and stops when told false.
  ///
  /// @param deep also those below these
  public void below(
      MailboxId mailbox, AccountId user, String name, boolean deep, Predicate<Entry> visitor) {
    int number = number(mailbox);
    if (number < 0 || account.state().data().metadataBytes() == 0) return;
    byte[] from = key(number, user, name + "/");
    account.anyRow(
        from,
        ROWS_A_READ,
        r -> {
          boolean below = deep || !contains(r.key(), from.length, (byte) '/');
          return below && !visitor.test(decode(r.value()));
        });
  }

  private static boolean contains(byte[] key, int from, byte c) {
    for (int i = from; i < key.length; i++) if (key[i] == c) return true;
    return false;
  }

  /// -1 for a mailbox that is gone.
  private int number(MailboxId mailbox) {
    if (mailbox == null) return NO_MAILBOX;
    return account.state().ids().getOrDefault(mailbox.value(), -1);
  }

  /// What changed above `modSeq`, oldest first; perhaps not all, if that is long ago.
  public List<News> news(long modSeq) {
    return account.metadataNews().since(modSeq);
  }

  // ---- changing

  /// Sets and removes entries, all or none. [Refused] with LIMIT when there would be too much.
  ///
  /// @param mailbox null for the account's own
  /// @return the MODSEQ of the change
  public long set(MailboxId mailbox, List<Change> changes) {
    return set(mailbox, changes, null);
  }

  /// Does both or neither.
  ///
  /// @param use what the mailbox is for from now on, and no other; null to leave that
  public long set(MailboxId mailbox, List<Change> changes, Set<SpecialUse> use) {
    return account.change(d -> set(d, mailbox, changes, use));
  }

  static long set(Draft d, MailboxId mailbox, List<Change> changes, Set<SpecialUse> use) {
    Integer number = mailbox == null ? Integer.valueOf(NO_MAILBOX) : d.number(mailbox);
    MailboxDraft box = mailbox == null ? null : number == null ? null : d.box(number);
    if (mailbox != null && box == null) {
      throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    }
    Map<String, Change> last = new LinkedHashMap<>();
    for (Change c : changes) last.put(c.user + normal(c.name), c);
    long bytes = d.metadataBytes;
    for (Change c : last.values()) {
      byte[] key = key(number, c.user, c.name);
      byte[] old = d.get(key);
      bytes += weight(key, rowOf(c, old)) - weight(key, old);
    }
    if (bytes > ACCOUNT_MAX && bytes > d.metadataBytes) {
      throw new Refused(Refused.Reason.LIMIT, "the account has too many entries");
    }
    for (Change c : last.values()) {
      if (c.user != null && !c.user.equals(d.owner())) guestRoom(d, number, c.user, last.values());
    }
    long modSeq = d.nextModSeq();
    for (Change c : last.values()) {
      byte[] key = key(number, c.user, c.name);
      byte[] old = d.get(key);
      byte[] row = rowOf(c, old);
      if (Arrays.equals(row, old)) continue;
      if (row == null) d.delete(key);
      else d.put(key, row);
      d.metadataNews(new News(modSeq, mailbox, c.user, c.name));
    }
    d.metadataBytes = bytes;
    if (use != null) MailboxChanges.use(d, number, use, modSeq);
    if (box != null) box.mark();
    return modSeq;
  }

  private static void guestRoom(Draft d, int mailbox, AccountId guest, Collection<Change> all) {
    long now = 0;
    for (Row r : d.scan(key(mailbox, guest, ""))) now += weight(r.key(), r.value());
    long then = now;
    for (Change c : all) {
      if (!guest.equals(c.user)) continue;
      byte[] key = key(mailbox, guest, c.name);
      byte[] old = d.get(key);
      then += weight(key, rowOf(c, old)) - weight(key, old);
    }
    if (then > GUEST_MAX && then > now) {
      throw new Refused(Refused.Reason.LIMIT, "too many entries on another's mailbox");
    }
  }

  private static byte[] rowOf(Change c, byte[] old) {
    if (c.value == null) return null;
    return row(new Entry(old == null ? c.name : decode(old).name, c.value));
  }

  /// A mailbox is to go, and its entries with it.
  ///
  /// @return to be done once nothing can go wrong any more
  static Runnable forgetting(Draft d, int number) {
    if (d.metadataBytes == 0) return () -> {};
    List<Row> rows = d.scan(Keys.mailbox('d', number));
    return () -> {
      for (Row r : rows) {
        d.metadataBytes -= weight(r.key(), r.value());
        d.delete(r.key());
      }
    };
  }

  /// What another mailbox takes over (RFC 5464 §4.1: INBOX keeps its entries when it is renamed).
  ///
  /// @return to be done, with the number of that mailbox, once nothing can go wrong any more
  static IntConsumer copying(Draft d, int from) {
    if (d.metadataBytes == 0) return to -> {};
    List<Row> rows = d.scan(Keys.mailbox('d', from));
    long bytes = 0;
    for (Row r : rows) bytes += weight(r.key(), r.value());
    long sum = d.metadataBytes + bytes;
    if (bytes > 0 && sum > ACCOUNT_MAX) {
      throw new Refused(Refused.Reason.LIMIT, "the account has too many entries");
    }
    return to -> {
      byte[] head = Keys.mailbox('d', to);
      for (Row r : rows) {
        byte[] key = r.key().clone();
        System.arraycopy(head, 0, key, 0, head.length);
        d.put(key, r.value());
      }
      d.metadataBytes = sum;
    };
  }

  // ---- rows

  private static String normal(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static byte[] key(int mailbox, AccountId user, String name) {
    return new Pack(13 + name.length())
        .u8('d')
        .u32(mailbox)
        .u64(user == null ? 0 : user.value())
        .raw(normal(name).getBytes(StandardCharsets.US_ASCII))
        .done();
  }

  static byte[] row(Entry e) {
    return new Pack(16 + e.name.length() + e.value.length)
        .u8(FORMAT)
        .text(e.name)
        .bytes(e.value)
        .done();
  }

  static Entry decode(byte[] row) {
    Unpack u = Unpack.row(row, FORMAT);
    return new Entry(u.text(), u.bytes());
  }

  /// What a row counts for in [AccountState.Data#metadataBytes].
  static long weight(byte[] key, byte[] row) {
    return row == null ? 0 : key.length + row.length + OVERHEAD;
  }

  /// The mailbox number in a key; 0 for the account's own.
  static int mailboxOf(byte[] key) {
    return (int) Keys.u32(key, 1);
  }
}
