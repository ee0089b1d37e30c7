package org.posthorn.store;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// A private copy of an account's head that gathered changes work on, one after another; then it
/// becomes one commit and the next head.
///
/// A change must decide before it touches: once it has changed something it may not throw.
/// ([Account] starts a gathering over without a change that does.)
final class Draft {
  final AccountState base;
  private final Account account;
  private final Kv kv;
  private final Partition partition;

  // The account row.
  long modSeq;
  int nextMailbox;
  long nextUidValidity;
  long usedBytes;
  long emails;
  Quota quota;
  long logFloor;
  long logged;
  long oldestGrave;
  boolean removed;
  long metadataBytes;

  private SortedMap<String, Integer> names;
  private final Map<Integer, String> renamed = new HashMap<>(); // of mailboxes that got a name
  private SortedSet<String> subscriptions;
  private Map<Integer, Acl> acls;
  private final Set<Integer> newAcls = new HashSet<>();
  private Map<Seen.Key, Seen> seen;
  private final Map<Seen.Key, Seen.Edit> seenEdits = new HashMap<>();
  private AccountState.LogTail tail;
  private final Map<Integer, MailboxDraft> touched = new LinkedHashMap<>();

  private final Map<ByteBuffer, byte[]> rows = new LinkedHashMap<>(); // null value: deleted
  private final List<Row> facts = new ArrayList<>();
  private final List<Commit.Range> ranges = new ArrayList<>();
  private final Map<ByteBuffer, byte[]> local = new HashMap<>(); // null value: deleted
  private final List<LogRow.Entry> log = new ArrayList<>();
  private final List<Metadata.News> metadataNews = new ArrayList<>();
  private long size;
  private int touches;
  private boolean outbox;
  private boolean arrivals;

  Draft(Account account, AccountState base, Kv kv, Partition partition) {
    this.account = account;
    this.base = base;
    this.kv = kv;
    this.partition = partition;
    AccountState.Data d = base.data();
    modSeq = d.modSeq();
    nextMailbox = d.nextMailbox();
    nextUidValidity = d.nextUidValidity();
    usedBytes = d.usedBytes();
    emails = d.emails();
    quota = d.quota();
    logFloor = d.logFloor();
    logged = d.logged();
    oldestGrave = d.oldestGrave();
    removed = d.removed();
    metadataBytes = d.metadataBytes();
    names = base.names();
    subscriptions = base.subscriptions();
    acls = base.acls();
    seen = base.seen();
    tail = base.tail();
  }

  // ---- bookkeeping

  /// Changes with every effect; equal values mean nothing happened in between.
  int touches() {
    return touches;
  }

  void touch() {
    touches++;
  }

  /// Octets of rows so far, about.
  long size() {
    return size;
  }

  boolean isEmpty() {
    return touches == 0;
  }

  /// Refuses so many more messages with so many octets together if they exceed the quota. What adds
  /// nothing is not refused.
  void needRoom(int messages, long octets) {
    if ((octets > 0 && usedBytes + octets > quota.octets())
        || (messages > 0 && emails + messages > quota.messages())) {
      throw new Refused(Refused.Reason.OVER_QUOTA, "the account is full");
    }
  }

  /// One operation takes one value; every message it touches shares it (RFC 7162 §3.1).
  long nextModSeq() {
    touch();
    return ++modSeq;
  }

  // ---- rows

  byte[] get(byte[] key) {
    ByteBuffer k = ByteBuffer.wrap(key);
    if (rows.containsKey(k)) return rows.get(k);
    return kv.get(partition, key);
  }

  List<byte[]> getAll(List<byte[]> keys) {
    List<byte[]> found = new ArrayList<>(kv.getAll(partition, keys));
    for (int i = 0; i < keys.size(); i++) {
      ByteBuffer k = ByteBuffer.wrap(keys.get(i));
      if (rows.containsKey(k)) found.set(i, rows.get(k));
    }
    return found;
  }

  /// Keys in order from `from` up to `to`, those of this draft among them.
  SortedSet<byte[]> keys(byte[] from, byte[] to) {
    SortedSet<byte[]> out = new TreeSet<>(Arrays::compareUnsigned);
    for (Row r : account.scanAll(from, to)) out.add(r.key());
    for (Map.Entry<ByteBuffer, byte[]> e : rows.entrySet()) {
      byte[] key = e.getKey().array();
      if (Arrays.compareUnsigned(key, from) < 0 || Arrays.compareUnsigned(key, to) >= 0) continue;
      if (e.getValue() == null) out.remove(key);
      else out.add(key);
    }
    return out;
  }

  /// Rows whose keys begin with `prefix`, as they will be.
  List<Row> scan(byte[] prefix) {
    List<byte[]> keys = List.copyOf(keys(prefix, Keys.after(prefix)));
    List<byte[]> values = getAll(keys);
    List<Row> out = new ArrayList<>(keys.size());
    for (int i = 0; i < keys.size(); i++) out.add(new Row(keys.get(i), values.get(i)));
    return out;
  }

  void put(byte[] key, byte[] value) {
    touch();
    size += key.length + value.length;
    rows.put(ByteBuffer.wrap(key), value);
  }

  void delete(byte[] key) {
    touch();
    size += key.length;
    rows.put(ByteBuffer.wrap(key), null);
  }

  void deleteRange(byte[] from, byte[] to) {
    touch();
    ranges.add(new Commit.Range(from, to));
  }

  void fact(byte[] key, byte[] value) {
    touch();
    size += key.length + value.length;
    facts.add(new Row(key, value));
  }

  Account account() {
    return account;
  }

  AccountId owner() {
    return account.id();
  }

  long newId() {
    return account.newId();
  }

  void outbox(byte[] key, byte[] value) {
    put(key, value);
    outbox = true;
  }

  boolean hasOutbox() {
    return outbox;
  }

  /// Whether a mailbox got another entry.
  boolean hasArrivals() {
    return arrivals;
  }

  void arrived() {
    arrivals = true;
  }

  /// An old page is held as long as this draft may be given up.
  void pinned(PageRef page) {
    pinned.add(page);
  }

  void made(PageRef page) {
    fresh.add(page);
  }

  /// Rows of the disk that go with the commit.
  void local(Commit.Local more) {
    for (byte[] key : more.deletes()) local.put(ByteBuffer.wrap(key), null);
    for (Row r : more.puts()) local.put(ByteBuffer.wrap(r.key()), r.value());
  }

  // ---- mailboxes

  /// Null for a mailbox that is gone.
  Integer number(MailboxId id) {
    Integer number = base.ids().get(id.value());
    return number == null || box(number) == null ? null : number;
  }

  Integer number(String name) {
    return names.get(name);
  }

  /// The first mailbox by name that is for this, or null.
  Integer number(SpecialUse use) {
    for (Integer number : names.values()) {
      MailboxDraft d = touched.get(number);
      Set<SpecialUse> uses =
          d == null ? base.boxes().get(number).data.specialUse() : d.gone ? Set.of() : d.specialUse;
      if (uses.contains(use)) return number;
    }
    return null;
  }

  SortedMap<String, Integer> names() {
    return names;
  }

  void name(String name, Integer number) {
    if (names == base.names()) names = new TreeMap<>(names);
    if (number == null) {
      names.remove(name);
      delete(Keys.name('n', name));
    } else {
      names.put(name, number);
      renamed.put(number, name);
      put(Keys.name('n', name), new Pack(5).u8(1).u32(number).done());
    }
  }

  boolean subscribed(String name) {
    return subscriptions.contains(name);
  }

  int subscriptions() {
    return subscriptions.size();
  }

  void subscribe(String name, boolean on) {
    if (subscriptions == base.subscriptions()) subscriptions = new TreeSet<>(subscriptions);
    if (on) {
      subscriptions.add(name);
      put(Keys.name('u', name), new byte[] {1});
    } else {
      subscriptions.remove(name);
      delete(Keys.name('u', name));
    }
  }

  Acl acl(int number) {
    return acls.getOrDefault(number, Acl.EMPTY);
  }

  /// Gives a mailbox another access control list; tells the sessions that have it open.
  void acl(int number, Acl next) {
    Acl old = acl(number);
    if (acls == base.acls()) acls = new HashMap<>(acls);
    if (next.isEmpty()) acls.remove(number);
    else acls.put(number, next);
    newAcls.add(number);
    old.write(this, number, next);
  }

  /// What a user has seen of a mailbox, to read or change; null for the owner, for whom the pages
  /// say it.
  Seen.Edit seen(int number, AccountId user) {
    if (user.equals(account.id())) return null;
    return seenEdits.computeIfAbsent(
        new Seen.Key(number, user), key -> new Seen.Edit(loadSeen(key)));
  }

  Seen loadSeen(Seen.Key key) {
    Seen s = seen.get(key);
    if (s == null) {
      s = Seen.load(account, key);
      seen = AccountState.with(seen, key, s);
      account.remember(base.version(), key, s);
    }
    return s;
  }

  /// Of a mailbox that goes.
  void forgetSeen(int number) {
    seenEdits.keySet().removeIf(k -> k.mailbox() == number);
    seen = new HashMap<>(seen);
    seen.keySet().removeIf(k -> k.mailbox() == number);
  }

  /// The mailbox to read or change, or null.
  MailboxDraft box(int number) {
    MailboxDraft d = touched.get(number);
    if (d != null) return d.gone ? null : d;
    Mailbox m = base.boxes().get(number);
    if (m == null) return null;
    d = new MailboxDraft(this, m);
    touched.put(number, d);
    return d;
  }

  MailboxDraft newBox(int number, Mailbox.Data data) {
    MailboxDraft d =
        new MailboxDraft(
            this, new Mailbox(account, number, null, data, new PageIndex.Ref(PageIndex.EMPTY)));
    d.dirty = true;
    touch();
    touched.put(number, d);
    return d;
  }

  /// Notes a change for sessions.
  void metadataNews(Metadata.News news) {
    metadataNews.add(news);
  }

  List<Metadata.News> metadataNews() {
    return metadataNews;
  }

  /// Notes an expunge for the log and for sessions.
  void logExpunge(long atModSeq, int mailbox, UidSet uids) {
    touch();
    log.add(new LogRow.Entry(atModSeq, mailbox, uids));
    logged += uids.size();
    tail = AccountState.LogTail.push(tail, atModSeq, mailbox, uids);
  }

  // ---- the end

  private final List<PageRef> pinned = new ArrayList<>();
  private final List<PageRef> fresh = new ArrayList<>();
  private AccountState next;

  /// Closes the draft: the commit that makes it durable. [#next] is the head then.
  Commit commit(long commitId, long nowSeconds) {
    AccountState.Boxes boxes = base.boxes();
    for (Map.Entry<Integer, MailboxDraft> e : touched.entrySet()) {
      MailboxDraft d = e.getValue();
      if (d.gone) {
        boxes = boxes.with(e.getKey(), null);
      } else if (d.dirty) {
        String name = renamed.getOrDefault(e.getKey(), d.before.name());
        boxes = boxes.with(e.getKey(), d.finish(name));
      }
    }
    for (Map.Entry<Integer, String> e : renamed.entrySet()) {
      Mailbox m = boxes.get(e.getKey());
      if (m != null && !e.getValue().equals(m.name())) {
        boxes = boxes.with(e.getKey(), m.named(e.getValue()));
      }
    }
    for (Map.Entry<Seen.Key, Seen.Edit> e : seenEdits.entrySet()) {
      if (!e.getValue().isChanged()) continue;
      seen = AccountState.with(seen, e.getKey(), e.getValue().finish(this, e.getKey()));
    }
    Map<Long, Integer> ids = names == base.names() ? base.ids() : newIds(boxes);
    writeLog(nowSeconds);
    AccountState.Data data =
        new AccountState.Data(
            modSeq,
            base.data().epoch(),
            nextMailbox,
            nextUidValidity,
            usedBytes,
            emails,
            quota,
            logFloor,
            logged,
            oldestGrave,
            removed,
            metadataBytes);
    put(Keys.ACCOUNT, data.row());
    next =
        new AccountState(
            base.version() + 1, data, names, boxes, ids, subscriptions, acls, seen, tail);
    List<Row> puts = new ArrayList<>();
    List<byte[]> deletes = new ArrayList<>();
    split(rows, puts, deletes);
    Commit.Local locals = new Commit.Local(new ArrayList<>(), new ArrayList<>());
    split(local, locals.puts(), locals.deletes());
    return new Commit(partition, base.version(), commitId, facts, puts, deletes, ranges, locals);
  }

  private static void split(Map<ByteBuffer, byte[]> from, List<Row> puts, List<byte[]> deletes) {
    for (Map.Entry<ByteBuffer, byte[]> e : from.entrySet()) {
      if (e.getValue() == null) deletes.add(e.getKey().array());
      else puts.add(new Row(e.getKey().array(), e.getValue()));
    }
  }

  /// Only mailboxes touched can have come, gone, or got another id.
  private Map<Long, Integer> newIds(AccountState.Boxes boxes) {
    Map<Long, Integer> ids = new HashMap<>(base.ids());
    for (MailboxDraft d : touched.values()) ids.remove(d.before.data.id(), d.number());
    for (int number : touched.keySet()) {
      Mailbox m = boxes.get(number);
      if (m != null) ids.put(m.data.id(), number);
    }
    return ids;
  }

  private void writeLog(long nowSeconds) {
    for (int i = 0; i < log.size(); ) {
      int end = i + 1;
      while (end < log.size() && log.get(end).modSeq() == log.get(i).modSeq()) end++;
      put(Keys.id('l', log.get(i).modSeq()), LogRow.row(log.subList(i, end), nowSeconds));
      i = end;
    }
  }

  AccountState next() {
    return next;
  }

  /// Pages made by this draft, for the cache.
  List<PageRef> fresh() {
    return fresh;
  }

  /// The commit did not happen: the old pages are current again.
  void abandon() {
    for (PageRef r : pinned) r.unpin();
  }

  /// Numbers and ids of the mailboxes that changed, for the change bus.
  List<Long> changedMailboxes() {
    List<Long> out = new ArrayList<>();
    for (MailboxDraft d : touched.values()) {
      if (d.dirty || d.gone) out.add(d.before.data.id());
    }
    Set<Integer> more = new HashSet<>(newAcls);
    seenEdits.forEach((key, edit) -> {
      if (edit.isChanged()) more.add(key.mailbox());
    });
    for (int number : more) {
      Mailbox m = base.boxes().get(number);
      if (m != null) out.add(m.data.id());
    }
    return out;
  }
}
