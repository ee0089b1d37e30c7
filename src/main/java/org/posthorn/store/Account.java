package org.posthorn.store;

import java.io.IOException;
import java.io.InputStream;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.Preview;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// One account: its mailboxes, messages and small records. Any thread may call.
///
/// Reads see what is durable. Changes return when they are durable; they throw [Refused] when the
/// store will not, [StoreUnavailable] when it cannot.
public final class Account {
  /// Rows fetched at once.
  public static final int MESSAGES_MAX = 256;

  /// Of them so many are read together; a row may have 250 KiB, though hardly one has two.
  private static final int MESSAGES_A_READ = 64;

  /// Octets of rows after which no more are fetched at once.
  private static final long MESSAGES_OCTETS = 4 << 20;

  private static final int SCAN_BATCH = 1000;

  /// The same where mostly the first row decides.
  private static final int LOOK_BATCH = 64;

  private final Store store;
  private final AccountId id;
  private final Partition partition;
  private final Gathering gathering;
  private final MetadataNews metadataNews = new MetadataNews();
  private volatile AccountState state;

  private final RecentClaims recent = new RecentClaims();

  Account(Store store, AccountId id, AccountState state) {
    this.store = store;
    this.id = id;
    this.partition = Partition.account(id.value());
    this.gathering = new Gathering(this, store.kv());
    this.state = state;
  }

  public AccountId id() {
    return id;
  }

  // ---- head

  /// What is durable now.
  AccountState state() {
    AccountState s = state;
    return s != null ? s : loaded();
  }

  /// Of many who find no head one reads it. Nothing is committed meanwhile, for that takes a head:
  /// whoever came second and read again could put an older head over a newer one.
  private synchronized AccountState loaded() {
    AccountState s = state;
    return s != null ? s : reload();
  }

  /// Reads the head anew, while no commit is in flight; page references of the old one stay with
  /// their readers.
  synchronized AccountState reload() {
    AccountState fresh = reading(() -> AccountLoader.load(this, store.kv(), partition));
    if (fresh == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such account");
    state = fresh;
    return fresh;
  }

  /// The head is not known any more; the next reader reads it again.
  void forget() {
    state = null;
  }

  /// On the engine's thread, after a commit: the new head for all, then the hints.
  void install(Draft draft) {
    metadataNews.add(draft.metadataNews()); // before a session can see the new MODSEQ
    state = draft.next();
    for (PageRef r : draft.fresh()) {
      Page p = r.peek();
      if (p != null) store.pages().add(r, p);
    }
    if (draft.oldestGrave != 0) store.graves().note(id, draft.oldestGrave);
    if (draft.logged > Reaper.LOG_UIDS_MAX) store.graves().note(id, nowSeconds());
    if (draft.hasOutbox()) store.courier().note(id);
    if (draft.hasArrivals() && store.feeder() != null) store.feeder().note(id);
    store.bus().publish(id, draft.changedMailboxes(), draft.modSeq);
  }

  Draft draft() {
    return new Draft(this, state(), store.kv(), partition);
  }

  long newId() {
    return store.ids().next();
  }

  long nowSeconds() {
    return store.clock().millis() / 1000;
  }

  Store store() {
    return store;
  }

  Partition partition() {
    return partition;
  }

  <R> Gathering.Pending<R> submit(Gathering.Change<R> change) {
    return gathering.submit(change);
  }

  <R> R change(Gathering.Change<R> change) {
    return gathering.submit(change).await();
  }

  /// Engine trouble becomes the one exception that callers know.
  static <T> T reading(Supplier<T> read) {
    try {
      return read.get();
    } catch (KvException | IllegalStateException | Unpack.DamagedRow e) {
      throw new StoreUnavailable("not readable: " + e.getMessage(), e);
    }
  }

  List<Row> scanAll(byte[] from, byte[] to) {
    List<Row> out = new ArrayList<>();
    while (true) {
      List<Row> some = scan(from, to, SCAN_BATCH);
      out.addAll(some);
      if (some.size() < SCAN_BATCH) return out;
      from = behind(some.getLast());
    }
  }

  /// Whether a row whose key begins with `prefix` passes the test; reads no further than that.
  boolean anyRow(byte[] prefix, Predicate<Row> test) {
    return anyRow(prefix, LOOK_BATCH, test);
  }

  /// @param batch rows read together
  boolean anyRow(byte[] prefix, int batch, Predicate<Row> test) {
    byte[] from = prefix;
    byte[] to = Keys.after(prefix);
    while (true) {
      List<Row> some = scan(from, to, batch);
      if (some.stream().anyMatch(test)) return true;
      if (some.size() < batch) return false;
      from = behind(some.getLast());
    }
  }

  List<Row> scan(byte[] from, byte[] to, int limit) {
    return reading(() -> store.kv().scan(partition, from, to, limit));
  }

  /// The least key behind a row's.
  private static byte[] behind(Row row) {
    return Arrays.copyOf(row.key(), row.key().length + 1);
  }

  /// Null if there is none.
  byte[] row(byte[] key) {
    return reading(() -> store.kv().get(partition, key));
  }

  /// Ids of the blobs that this account uses.
  long[] blobs() {
    return scanAll(Keys.of('b'), Keys.of('c')).stream()
        .mapToLong(r -> Keys.u64(r.key(), 1))
        .distinct()
        .toArray();
  }

  // ---- reading

  /// All mailboxes, ordered by name, INBOX first.
  public List<Mailbox> mailboxes() {
    AccountState s = state();
    List<Mailbox> out = new ArrayList<>(s.names().size());
    for (int number : s.names().values()) out.add(s.boxes().get(number));
    return out;
  }

  /// Whether there is a mailbox below this name, which need not be one itself.
  public boolean hasMailboxesBelow(String name) {
    String below = MailboxNames.normal(name) + "/";
    SortedMap<String, Integer> from = state().names().tailMap(below);
    return !from.isEmpty() && from.firstKey().startsWith(below);
  }

  /// The mailbox of this name (INBOX in any case), or null.
  public Mailbox mailbox(String name) {
    return state().named(MailboxNames.normal(name));
  }

  /// The mailbox, or null if it was deleted.
  public Mailbox mailbox(MailboxId mailbox) {
    return state().byId(mailbox.value());
  }

  /// Names subscribed to, ordered; they need not exist (RFC 9051 §6.3.7).
  public Set<String> subscriptions() {
    return state().subscriptions();
  }

  public long modSeq() {
    return state().data().modSeq();
  }

  /// Greater after every change, also of what has no MODSEQ.
  public long version() {
    return state().version();
  }

  /// What counts against the [Quota].
  ///
  /// @param bytes octets of all emails, each counted once
  public record Usage(long bytes, long emails, long mailboxes) {}

  public Usage usage() {
    AccountState s = state();
    return new Usage(s.data().usedBytes(), s.data().emails(), s.names().size());
  }

  public Quota quota() {
    return state().data().quota();
  }

  /// Whether so many more messages with so many octets together fit.
  public boolean fits(int messages, long octets) {
    AccountState.Data d = state().data();
    return d.usedBytes() + octets <= d.quota().octets()
        && d.emails() + messages <= d.quota().messages();
  }

  /// See [Mailbox#expungedSince].
  UidSet expungedSince(Mailbox box, long modSeq) {
    AccountState s = state();
    long upTo = box.highestModSeq(); // later ones are still present in this view of the mailbox
    UidSet found = UidSet.EMPTY;
    if (modSeq >= upTo) return found;
    if (modSeq < s.data().logFloor()) return null;
    for (AccountState.LogTail t = s.tail(); t != null; t = t.older()) {
      if (t.modSeq() <= modSeq) return found;
      if (t.mailbox() == box.number && t.modSeq() <= upTo) found = found.union(t.uids());
    }
    // The tail in memory is at its end: the rest, if any, is on disk.
    for (Row row : scanAll(Keys.id('l', modSeq + 1), Keys.id('l', upTo + 1))) {
      UidSet uids = LogRow.decode(row.value()).byMailbox().get(box.number);
      if (uids != null) found = found.union(uids);
    }
    // Rows may have been pruned while we read.
    return modSeq < state().data().logFloor() ? null : found;
  }

  /// The message row, or null if the email is gone.
  public MessageRow message(long emailId) {
    return reading(() -> {
      byte[] row = store.kv().get(partition, Keys.id('e', emailId));
      return row == null ? null : MessageRow.decode(emailId, row);
    });
  }

  /// The mailboxes in which the email lies.
  public List<Mailbox> mailboxesOf(long emailId) {
    byte[] row = reading(() -> store.kv().get(partition, Keys.id('j', emailId)));
    List<Mailbox> in = new ArrayList<>();
    if (row != null) {
      AccountState s = state();
      List<Membership.Place> places = Membership.decode(row).places();
      for (int number : places.stream().mapToInt(Membership.Place::mailbox).distinct().toArray()) {
        Mailbox box = s.boxes().get(number);
        if (box != null) in.add(box);
      }
    }
    return in;
  }

  /// The UIDs that the email has, by mailbox.
  public Map<MailboxId, UidSet> uidsOf(long emailId) {
    byte[] row = reading(() -> store.kv().get(partition, Keys.id('j', emailId)));
    Map<MailboxId, UidSet> uids = new HashMap<>();
    if (row == null) return uids;
    AccountState s = state();
    for (Membership.Place p : Membership.decode(row).places()) {
      Mailbox box = s.boxes().get(p.mailbox());
      if (box != null) uids.merge(box.id(), UidSet.of(p.uid()), UidSet::union);
    }
    return uids;
  }

  /// The message rows of `count` ids from index `from`, in their order, null where gone. At most
  /// [#MESSAGES_MAX]. The last ones are missing where the first are many octets already: whoever
  /// wants them asks again; one at least is answered.
  public List<MessageRow> messages(long[] emailIds, int from, int count) {
    if (count > MESSAGES_MAX) throw new IllegalArgumentException("rows " + count);
    List<MessageRow> out = new ArrayList<>(count);
    long octets = 0;
    while (out.size() < count && octets < MESSAGES_OCTETS) {
      int next = Math.min(count - out.size(), MESSAGES_A_READ);
      List<byte[]> keys = new ArrayList<>(next);
      for (int i = 0; i < next; i++) keys.add(Keys.id('e', emailIds[from + out.size() + i]));
      for (byte[] row : reading(() -> store.kv().getAll(partition, keys))) {
        long id = emailIds[from + out.size()];
        out.add(row == null ? null : MessageRow.decode(id, row));
        octets += row == null ? 0 : row.length;
      }
    }
    return out;
  }

  /// Octets of the message from `from`, `length` of them; the stream checks what it reads and
  /// throws IOException where the disk has damaged it.
  public InputStream read(MessageRow row, long from, long length) throws IOException {
    return MessageOctets.stream(store.blobs(), row, from, length);
  }

  /// As [#read], for what fits into memory.
  public byte[] bytes(MessageRow row, long from, int length) throws IOException {
    return MessageOctets.bytes(store.blobs()::bytes, row, from, length);
  }

  /// The message as text to be searched.
  public MessageText text(MessageRow row) {
    return new MessageText(
        row.structure(),
        new MessageText.Source() {
          @Override
          public byte[] bytes(long from, int length) throws IOException {
            return Account.this.bytes(row, from, length);
          }

          @Override
          public InputStream stream(long from, long length) throws IOException {
            return read(row, from, length);
          }
        });
  }

  /// For whoever reads many messages one after another, in about the order of their arrival.
  public MessageRun run() {
    return new MessageRun(store.blobs().run());
  }

  /// The first words of the message; made now where its row does not keep them.
  public String preview(MessageRow row) throws IOException {
    String kept = row.preview();
    return kept != null ? kept : Preview.of(row.structure(), (from, n) -> read(row, from, n));
  }

  // ---- mailboxes

  /// Makes the mailbox and its missing parents.
  public Mailbox create(String name, Set<SpecialUse> use) {
    String n = MailboxNames.valid(name);
    change(d -> MailboxChanges.create(d, n, use, this));
    return mailbox(n);
  }

  public void delete(String name) {
    String n = MailboxNames.valid(name);
    while (true) {
      Mailbox box = mailbox(n);
      if (box == null) throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
      if (n.equals("INBOX")) throw new Refused(Refused.Reason.CANNOT, "INBOX stays");
      MessageChanges.removeAll(this, box.id());
      // False when a message arrived meanwhile: once more.
      if (change(d -> MailboxChanges.delete(d, n))) return;
    }
  }

  /// Also renames what is below. RENAME of INBOX gives its messages to the new mailbox (RFC 9051
  /// §6.3.6).
  public void rename(String from, String to) {
    String f = MailboxNames.valid(from);
    String t = MailboxNames.valid(to);
    change(d -> MailboxChanges.rename(d, f, t, this));
  }

  public void subscribe(String name) {
    String n = MailboxNames.valid(name);
    change(d -> MailboxChanges.subscribe(d, n));
  }

  public void unsubscribe(String name) {
    String n = MailboxNames.normal(name);
    change(d -> {
      if (d.subscribed(n)) d.subscribe(n, false);
      return null;
    });
  }

  // ---- who may what

  /// Who has which rights on a mailbox; empty for one that is gone.
  public Acl acl(MailboxId mailbox) {
    AccountState s = state();
    Integer number = s.ids().get(mailbox.value());
    return number == null ? Acl.EMPTY : s.acl(number);
  }

  /// What a user, perhaps the owner, may do with a mailbox; nothing with one that is gone.
  public Rights rights(MailboxId mailbox, AccountId user) {
    AccountState s = state();
    Integer number = s.ids().get(mailbox.value());
    return number == null ? Rights.NONE : s.acl(number).of(user, id);
  }

  /// Changes an entry of a mailbox's list. On return the rights hold; users may be shown the
  /// mailbox a little later.
  public void changeAcl(MailboxId mailbox, AclChange c) {
    if (c.grantee().equals(Grantee.ANYONE) && c.op() != AclChange.Op.REMOVE) {
      Set<AccountId> there = store.server().sharersWithAnyone();
      if (!there.contains(id) && there.size() >= Sharing.ANYONE_MAX) {
        throw new Refused(Refused.Reason.LIMIT, "too many accounts share with anyone");
      }
    }
    change(d -> Sharing.change(d, mailbox, c, id));
    store.courier().carryAll(id);
  }

  /// Accounts that may have given this one's user rights on mailboxes, ascending; their lists tell.
  public List<AccountId> sharers() {
    return Sharing.owners(this, store);
  }

  /// The account as a user sees and changes it.
  public Access by(AccountId user) {
    return new Access(this, user);
  }

  /// Keeps what was read of a user's seen messages, beside the head of that version. Called while
  /// no commit is in flight.
  synchronized void remember(long version, Seen.Key key, Seen seen) {
    AccountState s = state;
    if (s != null && s.version() == version) state = s.with(key, seen);
  }

  // ---- messages

  /// @param mailbox name; must exist
  public Changes.Appended append(
      String mailbox, Message message, Flags flags, OffsetDateTime received) {
    var target = new Delivery.Target(id, mailbox, new byte[0], flags, received);
    return switch (store.deliver(message, List.of(target)).getFirst()) {
      case Delivery.Outcome.Delivered d -> d.entry();
      case Delivery.Outcome.NotTaken n -> throw new Refused(n.reason(), n.text());
      case Delivery.Outcome.Failed f -> throw new StoreUnavailable(f.text(), f.cause());
    };
  }

  /// Writes the octets of the messages.
  List<MessageChanges.Arrival> arrivals(String mailbox, List<NewMessage> messages) {
    if (mailbox(mailbox) == null) {
      throw new Refused(Refused.Reason.NONEXISTENT, "no such mailbox");
    }
    List<MessageChanges.Arrival> all = new ArrayList<>(messages.size());
    for (NewMessage m : messages) {
      var target = new Delivery.Target(id, mailbox, new byte[0], m.flags(), m.received());
      try {
        Message.StoredBlob blob = store.append(m.source(), false);
        all.add(new MessageChanges.Arrival(target, newId(), m.scanned(), blob, nowSeconds()));
      } catch (IOException e) {
        throw new StoreUnavailable("blob not written", e);
      }
    }
    return all;
  }

  /// @param unchangedSince entries with a MODSEQ above are left alone; Long.MAX_VALUE for all
  public Changes.Stored store(
      MailboxId mailbox, UidSet uids, FlagChange change, long unchangedSince) {
    return by(id).store(mailbox, uids, change, unchangedSince);
  }

  /// Expunges those of `uids` that have `\Deleted`.
  public Changes.Expunged expunge(MailboxId mailbox, UidSet uids) {
    return MessageChanges.expunge(this, mailbox, uids, true);
  }

  /// Expunges `uids`, whatever their flags (POP3 QUIT).
  public Changes.Expunged remove(MailboxId mailbox, UidSet uids) {
    return MessageChanges.expunge(this, mailbox, uids, false);
  }

  /// One commit, or [Refused] with LIMIT. Those of `uids` that are gone are left out.
  public Changes.Copied copy(MailboxId mailbox, UidSet uids, String target) {
    return by(id).copy(mailbox, uids, this, target, Rights.ALL);
  }

  /// In steps when very many; each step is whole.
  public Changes.Copied move(MailboxId mailbox, UidSet uids, String target) {
    return by(id).move(mailbox, uids, this, target, Rights.ALL);
  }

  /// Claims `\Recent`: the UIDs from the answer up to UIDNEXT are recent for the caller alone.
  public long claimRecent(MailboxId mailbox) {
    Mailbox box = mailbox(mailbox);
    return box == null ? UidSet.UID_MAX : recent.claim(box);
  }

  /// The first UID that is recent to nobody yet, for STATUS and EXAMINE; claims nothing.
  public long recentFrom(MailboxId mailbox) {
    Mailbox box = mailbox(mailbox);
    return box == null ? UidSet.UID_MAX : recent.from(box);
  }

  RecentClaims recent() {
    return recent;
  }

  // ---- metadata

  public Metadata metadata() {
    return new Metadata(this);
  }

  MetadataNews metadataNews() {
    return metadataNews;
  }

  // ---- small records (credentials, filters, …): `k/<kind>/<id>`

  /// The value, or null.
  public byte[] record(String kind, String recordId) {
    return row(Keys.record(kind, recordId));
  }

  /// All of a kind by id.
  public Map<String, byte[]> records(String kind) {
    byte[] from = Keys.record(kind, "");
    Map<String, byte[]> out = new TreeMap<>();
    for (Row r : scanAll(from, Keys.after(from))) {
      String rest =
          new String(
              r.key(),
              from.length,
              r.key().length - from.length,
              java.nio.charset.StandardCharsets.UTF_8);
      out.put(rest, r.value());
    }
    return out;
  }

  /// @param value first octet is its format; null removes
  public void putRecord(String kind, String recordId, byte[] value) {
    byte[] key = Keys.record(kind, recordId);
    change(d -> {
      if (value == null) d.delete(key);
      else d.put(key, value);
      return null;
    });
  }

  /// Several of one kind by id, in one commit.
  public void putRecords(String kind, Map<String, byte[]> values) {
    change(d -> {
      values.forEach((id, value) -> d.put(Keys.record(kind, id), value));
      return null;
    });
  }

  /// Keys for URLs that others may use.
  public UrlKeys urlKeys() {
    return new UrlKeys(this);
  }

  public void setQuota(Quota quota) {
    change(d -> {
      if (!d.quota.equals(quota)) {
        d.touch();
        d.quota = quota;
      }
      return null;
    });
  }
}
