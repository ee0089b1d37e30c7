package org.posthorn.store;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.posthorn.store.blob.BlobSource;
import org.posthorn.store.blob.Blobs;
import org.posthorn.store.blob.Disk;
import org.posthorn.store.blob.RealDisk;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.RocksKv;
import org.posthorn.store.kv.RocksOptions;
import org.posthorn.store.kv.Row;
import org.posthorn.store.search.SearchIndex;

/// The disk and everything on it. One per process and data directory.
///
/// Any thread may call. An [Account] is one object as long as anybody uses it, so that all its
/// changes meet in one [Gathering].
public final class Store implements AutoCloseable {
  /// Accounts kept ready though nobody uses them.
  private static final int WARM_ACCOUNTS = 512;

  /// All messages being received together, octets in memory.
  private static final long INCOMING_MEMORY_MAX = 32L << 20;

  /// What searches found may take so much of the memory for pages.
  private static final int VERDICTS_SHARE = 4;

  /// And so much what sorting noted of messages.
  private static final int NOTES_SHARE = 2;

  /// Heap for messages that the index has not written yet, at least; else half as much as for
  /// pages.
  private static final long INDEX_BYTES_MIN = 4L << 20;

  private final Kv kv;
  private final Blobs blobs;
  private final Path spool;
  private final StoreOptions options;
  private final PageCache pages;
  private final Verdicts verdicts;
  private final NoteCache notes;
  private final ChangeBus bus = new ChangeBus();
  private final Ids ids;
  private final ServerRows server;
  private final Incoming.Memory incoming = new Incoming.Memory(INCOMING_MEMORY_MAX);
  private final ConcurrentHashMap<AccountId, WeakReference<Account>> accounts =
      new ConcurrentHashMap<>();
  private final Account[] warm = new Account[WARM_ACCOUNTS]; // guarded by itself
  private int nextWarm; // guarded by warm
  private final Graves graves = new Graves();
  private final Rounds loading = new Rounds("store-loading");
  private final Reaper reaper;
  private final Courier courier;
  private final SearchIndex index; // null: there is none
  private final Feeder feeder; // null: there is no index
  private final Keeping keeping = new Keeping(this);

  private Store(Kv kv, Blobs blobs, Path spool, SearchIndex index, StoreOptions options) {
    this.kv = kv;
    this.blobs = blobs;
    this.spool = spool;
    this.options = options;
    this.pages = new PageCache(options.pageCacheBytes());
    this.verdicts = new Verdicts(options.pageCacheBytes() / VERDICTS_SHARE);
    this.notes = new NoteCache(options.pageCacheBytes() / NOTES_SHARE);
    this.server = ServerRows.open(kv, options.clock());
    this.ids = server.ids();
    this.reaper = new Reaper(this);
    this.courier = new Courier(this);
    this.index = index;
    this.feeder = index == null ? null : new Feeder(this, index);
    courier.register(Sharing.KIND, new Sharing(this));
    courier.register(Transfer.KIND, new Transfer.Leaving(this));
  }

  /// Opens or creates the store in a directory, on RocksDB: `rows` is the database, `segments` the
  /// octets of messages, `spool` messages being received.
  public static Store open(Path directory, StoreOptions options) throws IOException {
    RocksOptions rocks = RocksOptions.DEFAULT.withBlockCache(options.blockCacheBytes());
    Kv kv = RocksKv.open(directory.resolve("rows"), rocks, options.nanos());
    try {
      Path segments = Files.createDirectories(directory.resolve("segments"));
      return over(
          kv,
          new RealDisk(segments),
          Blobs.Sizes.DEFAULT,
          directory.resolve("spool"),
          directory.resolve("search"),
          options);
    } catch (IOException | RuntimeException e) {
      kv.close();
      throw e;
    }
  }

  /// As below, without an index for searches.
  public static Store over(Kv kv, Disk disk, Blobs.Sizes sizes, Path spool, StoreOptions options)
      throws IOException {
    return over(kv, disk, sizes, spool, null, options);
  }

  /// Opens a store over an engine and a disk; the engine is closed with it.
  ///
  /// @param spool directory for messages being received; what lies there is thrown away. Null: they
  ///   stay in memory
  /// @param search directory of the index for searches; null: every search reads the texts
  public static Store over(
      Kv kv, Disk disk, Blobs.Sizes sizes, Path spool, Path search, StoreOptions options)
      throws IOException {
    Blobs blobs = Blobs.open(disk, kv, options.nanos(), sizes);
    if (spool != null) clear(spool);
    SearchIndex index = search == null ? null : SearchIndex.open(search, indexBytes(options));
    return new Store(kv, blobs, spool, index, options);
  }

  private static long indexBytes(StoreOptions options) {
    return Math.max(INDEX_BYTES_MIN, options.pageCacheBytes() / 2);
  }

  private static void clear(Path spool) throws IOException {
    Files.createDirectories(spool);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(spool, "in-*.part")) {
      for (Path p : left) Files.deleteIfExists(p);
    }
  }

  /// Begins the work in the background: clearing graves, compaction, the courier. Once.
  public void start() {
    // Or the first message would wait for the compression library.
    loading.start(blobs::warmUp);
    reaper.start();
    courier.start();
    if (feeder != null) feeder.start();
  }

  // ---- accounts

  /// Makes an account with its first mailboxes: INBOX, Drafts, Sent, Archive, Junk, Trash,
  /// subscribed, with special use.
  ///
  /// @param also more to do in the same commit
  public AccountId createAccount(Consumer<NewAccount> also) {
    AccountId id = new AccountId(ids.next());
    Account account = new Account(this, id, AccountState.empty());
    accounts.put(id, new WeakReference<>(account));
    account.change(d -> {
      FirstMailboxes.make(d, account);
      also.accept(new NewAccount(d));
      return null;
    });
    keepWarm(account);
    return id;
  }

  public AccountId createAccount() {
    return createAccount(a -> {});
  }

  /// What can be written together with a new account.
  public static final class NewAccount {
    private final Draft draft;

    private NewAccount(Draft draft) {
      this.draft = draft;
    }

    public void putRecord(String kind, String id, byte[] value) {
      draft.put(Keys.record(kind, id), value);
    }

    /// Something to be carried to another partition, see [Courier].
    public void outbox(String kind, byte[] payload) {
      Courier.write(draft, kind, payload);
    }
  }

  /// The account, or null if there is none.
  public Account account(AccountId id) {
    WeakReference<Account> ref = accounts.get(id);
    Account known = ref == null ? null : ref.get();
    return known != null ? alive(known) : load(id);
  }

  /// The account even when it was removed: what its outbox still asks for must be carried.
  Account accountOrRemains(AccountId id) {
    Account a = account(id);
    return a != null ? a : new Account(this, id, null);
  }

  private Account load(AccountId id) {
    Account[] out = new Account[1];
    accounts.compute(
        id,
        (k, ref) -> {
          Account known = ref == null ? null : ref.get();
          if (known == null) {
            known = new Account(this, id, null);
            ref = new WeakReference<>(known);
          }
          out[0] = known;
          return ref;
        });
    Account a = alive(out[0]);
    if (a != null) keepWarm(a);
    return a;
  }

  private Account alive(Account a) {
    try {
      if (!a.state().data().removed()) return a;
    } catch (Refused e) {
      // no rows: fall through
    }
    accounts.remove(a.id());
    return null;
  }

  private void keepWarm(Account a) {
    synchronized (warm) {
      warm[nextWarm] = a;
      nextWarm = (nextWarm + 1) % WARM_ACCOUNTS;
    }
  }

  /// Removes an account and all its mail. Open sessions see its mailboxes vanish.
  ///
  /// @param also more to do in the same commit
  public void removeAccount(AccountId id, Consumer<NewAccount> also) {
    Account a = account(id);
    if (a == null) return;
    long[] blobs = a.blobs();
    a.change(d -> {
      for (String name : List.copyOf(d.names().keySet())) {
        MailboxDraft box = d.box(d.number(name));
        box.gone = true;
        Sharing.forget(d, box.number());
        d.name(name, null);
      }
      d.deleteRange(new byte[] {'b'}, new byte[] {'{'});
      d.local(Reaper.letGo(blobs));
      d.nextModSeq();
      d.removed = true;
      d.usedBytes = 0;
      d.emails = 0;
      d.metadataBytes = 0;
      d.oldestGrave = 0;
      also.accept(new NewAccount(d));
      return null;
    });
    if (feeder != null) feeder.note(id);
  }

  /// Ids of all accounts, ascending; a page of at most `limit` behind `after` (null: from the
  /// first).
  public List<AccountId> accounts(AccountId after, int limit) {
    List<AccountId> out = new ArrayList<>();
    Partition from = after == null ? null : Partition.account(after.value());
    while (out.size() < limit) {
      List<Partition> some = kv.partitions('a', from, limit);
      for (Partition p : some) {
        long value = Keys.u64(p.id(), 0);
        byte[] row = kv.get(p, Keys.ACCOUNT);
        if (row != null && !AccountState.Data.decode(row).removed()) out.add(new AccountId(value));
        if (out.size() == limit) return out;
      }
      if (some.size() < limit) return out;
      from = some.getLast();
    }
    return out;
  }

  // ---- messages

  public Incoming receive() {
    return new Incoming(incoming, spool);
  }

  /// Stores one message for many: its octets once, all accounts' commits handed over together.
  /// Outcomes in the order of `targets`.
  public List<Delivery.Outcome> deliver(Message message, List<Delivery.Target> targets) {
    return deliver(message, null, targets);
  }

  /// The same of a message whose octets are written already.
  ///
  /// @param kept shared; null: they are not written yet
  public List<Delivery.Outcome> deliver(Message message, Kept kept, List<Delivery.Target> targets) {
    if (kept != null && !kept.shared()) {
      throw new IllegalArgumentException("octets of one owner alone");
    }
    List<Delivery.Outcome> outcomes = new ArrayList<>(targets.size());
    List<Account> takers = new ArrayList<>(targets.size());
    boolean any = false;
    // First everybody is decided without writing.
    for (Delivery.Target t : targets) {
      Account taker = null;
      Delivery.Outcome no;
      try {
        taker = account(t.account());
        no = refusal(taker, t, message.size());
      } catch (RuntimeException e) {
        no = failed("account not readable", e);
      }
      outcomes.add(no);
      takers.add(no == null ? taker : null);
      any |= no == null;
    }
    if (!any) return outcomes;
    Message.StoredBlob blob;
    Scanned scanned;
    try {
      scanned = message.scanned();
      blob = kept == null ? append(message, takers) : kept.stored();
    } catch (IOException | RuntimeException e) {
      for (int i = 0; i < targets.size(); i++) {
        if (takers.get(i) != null) outcomes.set(i, failed("blob not written", e));
      }
      return outcomes;
    }
    List<Gathering.Pending<Changes.Appended>> pending = new ArrayList<>(targets.size());
    for (int i = 0; i < targets.size(); i++) {
      Account a = takers.get(i);
      if (a == null) {
        pending.add(null);
        continue;
      }
      var arrival =
          new MessageChanges.Arrival(
              targets.get(i), ids.next(), scanned, blob, options.clock().millis() / 1000);
      pending.add(a.submit(d -> MessageChanges.append(d, arrival)));
    }
    for (int i = 0; i < targets.size(); i++) {
      if (pending.get(i) != null) outcomes.set(i, outcome(pending.get(i)));
    }
    return outcomes;
  }

  /// Why the target will not take the message, or null.
  private static Delivery.Outcome refusal(Account a, Delivery.Target t, long octets) {
    if (a == null) {
      return new Delivery.Outcome.NotTaken(Refused.Reason.NONEXISTENT, "no such account");
    }
    if (a.mailbox(t.mailbox()) == null) {
      return new Delivery.Outcome.NotTaken(Refused.Reason.NONEXISTENT, "no such mailbox");
    }
    if (!a.fits(1, octets + t.head().length)) {
      return new Delivery.Outcome.NotTaken(Refused.Reason.OVER_QUOTA, "the account is full");
    }
    return null;
  }

  private static Delivery.Outcome outcome(Gathering.Pending<Changes.Appended> p) {
    try {
      return new Delivery.Outcome.Delivered(p.await());
    } catch (Refused e) {
      return new Delivery.Outcome.NotTaken(e.reason(), e.getMessage());
    } catch (RuntimeException e) {
      return failed(e.getMessage(), e);
    }
  }

  private static Delivery.Outcome failed(String text, Throwable cause) {
    return new Delivery.Outcome.Failed(text, cause);
  }

  private Message.StoredBlob append(Message message, List<Account> takers) throws IOException {
    long copies = takers.stream().filter(Objects::nonNull).count();
    return append(message.source(), copies > 1);
  }

  /// Writes the octets; what is returned goes into the commits that use them.
  Message.StoredBlob append(BlobSource source, boolean shared) throws IOException {
    long id = ids.next();
    List<Row> rows = blobs.append(id, source).rows().puts();
    return new Message.StoredBlob(id, shared, rows);
  }

  /// Octets of messages for those who are no accounts.
  public Keeping keeping() {
    return keeping;
  }

  // ---- what else there is

  public ChangeBus bus() {
    return bus;
  }

  public Ids ids() {
    return ids;
  }

  public InstantSource clock() {
    return options.clock();
  }

  /// The engine, for the partitions that other packages keep rows in (domains, server).
  public Kv kv() {
    return kv;
  }

  public Courier courier() {
    return courier;
  }

  ServerRows server() {
    return server;
  }

  Blobs blobs() {
    return blobs;
  }

  PageCache pages() {
    return pages;
  }

  /// Null if there is no index.
  SearchIndex index() {
    return index;
  }

  /// Null if there is no index.
  Feeder feeder() {
    return feeder;
  }

  long nanos() {
    return options.nanos().getAsLong();
  }

  Verdicts verdicts() {
    return verdicts;
  }

  NoteCache notes() {
    return notes;
  }

  Graves graves() {
    return graves;
  }

  /// Clears graves whose time has come and gives room on disk back, now. For tests and the command
  /// line; otherwise it happens by itself.
  public void reap() {
    reaper.reapAll();
  }

  /// Brings all that has arrived into the index, now. False if it cannot. For tests and the command
  /// line; otherwise it happens by itself.
  public boolean feed() {
    return feeder == null || feeder.feedAll();
  }

  /// Null while writes work, else why they do not.
  public String trouble() {
    return kv.trouble();
  }

  /// How much there is now, for those who publish it.
  public StoreFigures figures() {
    int inUse = 0;
    for (WeakReference<Account> ref : accounts.values()) {
      if (ref.get() != null) inUse++;
    }
    Blobs.Usage disk = blobs.usage();
    return new StoreFigures(disk.all(), disk.live(), pages.weight(), incoming.used(), inUse);
  }

  /// Verifies every invariant of the disk format; the list of what is wrong, empty if all is well.
  public List<String> check() {
    return new Check(this).run();
  }

  @Override
  public void close() {
    loading.close();
    reaper.close();
    courier.close();
    if (feeder != null) feeder.close();
    if (index != null) index.close();
    try {
      blobs.close();
    } catch (UncheckedIOException e) {
      System.getLogger("posthorn.store")
          .log(System.Logger.Level.WARNING, "store-close-failed reason={0}", e.toString());
    }
    kv.close();
  }
}
