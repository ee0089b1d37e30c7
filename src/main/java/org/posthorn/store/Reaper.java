package org.posthorn.store;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.posthorn.store.blob.Compaction;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// Clears graves whose grace is over, prunes the expunge log, and gives back the room of blobs that
/// no partition refers to.
///
/// References are rows, not counts: which blobs live is found by reading the `b` rows of all
/// partitions. A new reference is only ever made from a live row or a blob younger than half the
/// grace, and an old one stays for the whole grace, so a reference that moves while this reads is
/// seen at one of its places. What waits in a queue goes from there into accounts, and out of the
/// queue at once: queues are read first, so that it is seen there or in the account.
final class Reaper {
  private static final System.Logger LOG = System.getLogger("posthorn.store");
  private static final long ROUND_SECONDS = 60;

  /// Graves cleared by one commit.
  private static final int GRAVES_A_STEP = 256;

  /// UIDs kept in the expunge log of an account, and for how long.
  static final long LOG_UIDS_MAX = 100_000;

  static final long LOG_SECONDS_MAX = 90L * 24 * 3600;
  private static final int LOG_ROWS_A_STEP = 1000;
  private static final int PARTITIONS_A_LOOK = 256;

  /// How often all references are read, if a blob that was shared has been let go.
  private static final long SWEEP_SECONDS = 3600;

  private static final int NOTED_A_SWEEP = 100_000;

  /// Compaction is worth a look when so many octets of segments are dead.
  private static final long DEAD_OCTETS_WORTH = 64L << 20;

  private final Store store;
  private final Rounds rounds = new Rounds("reaper");
  private long nextSweep; // seconds since 1970; guarded by this

  Reaper(Store store) {
    this.store = store;
  }

  void start() {
    rounds.start(this::loop);
  }

  private void loop() {
    try {
      findGraves();
    } catch (RuntimeException e) {
      LOG.log(WARNING, "reaper-look-failed", e);
    }
    while (rounds.await(ROUND_SECONDS)) {
      try {
        reapAll();
      } catch (RuntimeException e) {
        LOG.log(WARNING, "reaper-failed", e);
      }
    }
  }

  private void findGraves() {
    forEachPartition(
        'a',
        p -> {
          byte[] row = store.kv().get(p, Keys.ACCOUNT);
          if (row == null) return;
          AccountState.Data d = AccountState.Data.decode(row);
          if (d.oldestGrave() != 0) {
            store.graves().note(new AccountId(Keys.u64(p.id(), 0)), d.oldestGrave());
          }
        });
  }

  private interface PartitionVisitor {
    void visit(Partition p);
  }

  private void forEachPartition(char kind, PartitionVisitor visitor) {
    Partition after = null;
    while (true) {
      List<Partition> some = store.kv().partitions(kind, after, PARTITIONS_A_LOOK);
      for (Partition p : some) visitor.visit(p);
      if (some.size() < PARTITIONS_A_LOOK) return;
      after = some.getLast();
    }
  }

  synchronized void reapAll() {
    long now = store.clock().millis() / 1000;
    for (AccountId id : store.graves().due(now)) {
      try {
        Account account = store.account(id);
        if (account == null) store.graves().cleared(id, 0);
        else reap(account, now);
      } catch (RuntimeException e) {
        LOG.log(WARNING, "reaper-failed account={0}", id, e); // the others are not held up by it
      }
    }
    if (now >= nextSweep) {
      sweep();
      nextSweep = now + SWEEP_SECONDS;
    }
    var usage = store.blobs().usage();
    if (usage.all() - usage.live() >= DEAD_OCTETS_WORTH) compact();
  }

  private void reap(Account account, long now) {
    while (true) {
      List<Row> graves =
          store.kv().scan(account.partition(), Keys.of('g'), Keys.id('g', now + 1), GRAVES_A_STEP);
      if (graves.isEmpty()) break;
      long[] gone = account.change(d -> clear(d, account, graves));
      if (gone.length > 0 && store.index() != null)
        store.index().remove(account.id().value(), gone);
    }
    pruneLog(account, now);
    List<Row> next = store.kv().scan(account.partition(), Keys.of('g'), Keys.of('h'), 1);
    long oldest = next.isEmpty() ? 0 : Keys.u64(next.getFirst().key(), 1);
    account.change(d -> {
      if (d.oldestGrave != oldest && (oldest != 0 || d.oldestGrave <= now)) {
        d.touch();
        d.oldestGrave = oldest;
      }
      return null;
    });
    store.graves().cleared(account.id(), oldest);
  }

  /// Removes grave, message row, references and thread membership together, and in the same commit
  /// forgets the blobs that nobody else can use, and notes the rest for the next [#sweep].
  ///
  /// @return the emails that are no more
  private long[] clear(Draft d, Account account, List<Row> graves) {
    List<Long> gone = new ArrayList<>();
    List<Long> own = new ArrayList<>();
    List<Long> shared = new ArrayList<>();
    for (Row g : graves) {
      long email = Keys.u64(g.key(), 9);
      if (d.get(g.key()) == null) continue;
      d.delete(g.key());
      byte[] row = d.get(Keys.id('e', email));
      if (row == null || d.get(Keys.id('j', email)) != null) continue;
      MessageRow message = MessageRow.decode(email, row);
      byte[] use = Keys.pair('b', message.blob(), email);
      byte[] useRow = d.get(use);
      if (useRow != null && !BlobUse.shared(useRow)) own.add(message.blob());
      else shared.add(message.blob());
      Threads.leave(d, account, message);
      d.delete(Keys.id('e', email));
      d.delete(use);
      gone.add(email);
    }
    if (!own.isEmpty()) d.local(store.blobs().release(own));
    d.local(letGo(shared.stream().mapToLong(Long::longValue).toArray()));
    return gone.stream().mapToLong(Long::longValue).toArray();
  }

  /// Rows that note blobs which somebody does not use any more, for the next sweep.
  static Commit.Local letGo(long[] blobs) {
    List<Row> rows = new ArrayList<>(blobs.length);
    for (long blob : blobs) rows.add(new Row(Keys.id('D', blob), new byte[] {1}));
    return new Commit.Local(rows, List.of());
  }

  /// Forgets those of the noted blobs that no partition refers to any more. One so young that a
  /// delivery of it may still be on its way into an account stays noted.
  private void sweep() {
    List<Row> noted = store.kv().scanLocal(Keys.of('D'), Keys.of('E'), NOTED_A_SWEEP);
    if (noted.isEmpty()) return;
    long[] live = liveBlobs();
    List<Long> dead = new ArrayList<>();
    List<byte[]> keys = new ArrayList<>();
    long young = young();
    for (Row r : noted) {
      long blob = Keys.u64(r.key(), 1);
      if (Ids.millis(blob) > young) continue;
      keys.add(r.key());
      if (Arrays.binarySearch(live, blob) < 0) dead.add(blob);
    }
    Commit.Local released = store.blobs().release(dead);
    keys.addAll(released.deletes());
    store.kv().writeLocal(new Commit.Local(released.puts(), keys));
  }

  /// When the oldest blob was made that may get a new reference, milliseconds since 1970.
  private long young() {
    return store.clock().millis() - MessageChanges.GRACE_SECONDS * 1000 / 2;
  }

  private void compact() {
    long[] live = liveBlobs();
    long young = young();
    try {
      Compaction c =
          store.blobs().compact(id -> Ids.millis(id) > young || Arrays.binarySearch(live, id) >= 0);
      if (c.segments() > 0) {
        LOG.log(
            INFO,
            "store-compacted segments={0} copied={1} freed={2}",
            c.segments(),
            c.copied(),
            c.freed());
      }
    } catch (IOException e) {
      LOG.log(WARNING, "store-compact-failed", e);
    }
  }

  private long[] liveBlobs() {
    long[][] box = {new long[1024]};
    int[] n = {0};
    for (char kind : new char[] {'q', 'a'}) {
      forEachPartition(
          kind,
          p -> {
            byte[] from = Keys.of('b');
            while (true) {
              List<Row> some = store.kv().scan(p, from, Keys.of('c'), LOG_ROWS_A_STEP);
              for (Row r : some) {
                if (n[0] == box[0].length) box[0] = Arrays.copyOf(box[0], n[0] * 2);
                box[0][n[0]++] = Keys.u64(r.key(), 1);
              }
              if (some.size() < LOG_ROWS_A_STEP) return;
              byte[] last = some.getLast().key();
              from = Arrays.copyOf(last, last.length + 1);
            }
          });
    }
    long[] live = Arrays.copyOf(box[0], n[0]);
    Arrays.sort(live);
    return live;
  }

  private void pruneLog(Account account, long now) {
    while (true) {
      AccountState.Data data = account.state().data();
      List<Row> oldest =
          store.kv().scan(account.partition(), Keys.of('l'), Keys.of('m'), LOG_ROWS_A_STEP);
      List<Row> drop = new ArrayList<>();
      long left = data.logged();
      long floor = data.logFloor();
      long uids = 0;
      for (Row r : oldest) {
        LogRow row = LogRow.decode(r.value());
        if (left <= LOG_UIDS_MAX && row.seconds() >= now - LOG_SECONDS_MAX) break;
        drop.add(r);
        left -= row.uids();
        uids += row.uids();
        floor = Keys.u64(r.key(), 1);
      }
      if (drop.isEmpty()) return;
      long newFloor = floor;
      long gone = uids;
      account.change(d -> {
        for (Row r : drop) d.delete(r.key());
        d.logFloor = newFloor;
        d.logged -= gone;
        return null;
      });
      if (oldest.size() < LOG_ROWS_A_STEP) return;
    }
  }

  void close() {
    rounds.close();
  }
}
