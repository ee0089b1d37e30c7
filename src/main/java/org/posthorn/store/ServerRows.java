package org.posthorn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The server's own rows: format version, how far ids have been given out, and which accounts share
/// with anyone.
final class ServerRows {
  /// Version of the disk format. Raised only with code that reads all older ones.
  static final int DISK_FORMAT = 1;

  private static final byte[] VERSION = "v".getBytes(UTF_8);
  private static final byte[] ID_FLOOR = "I".getBytes(UTF_8);

  /// Ids may run so far ahead of the row that guards them.
  private static final long RESERVE_MS = 10 * 60_000;

  /// Rows of accounts that share a mailbox with anyone.
  private static final byte[] ANYONE = "y/anyone/".getBytes(UTF_8);

  private static final int SCAN_BATCH = 1000;

  private final Kv kv;
  private final Ids ids;
  private final Set<AccountId> sharersWithAnyone = new ConcurrentSkipListSet<>();

  private ServerRows(Kv kv, Ids ids) {
    this.kv = kv;
    this.ids = ids;
    byte[] from = ANYONE;
    while (true) {
      List<Row> some = kv.scan(Partition.SERVER, from, Keys.after(ANYONE), SCAN_BATCH);
      for (Row r : some) sharersWithAnyone.add(new AccountId(Keys.u64(r.key(), ANYONE.length)));
      if (some.size() < SCAN_BATCH) return;
      byte[] last = some.getLast().key();
      from = Arrays.copyOf(last, last.length + 1);
    }
  }

  static ServerRows open(Kv kv, InstantSource clock) {
    byte[] row = kv.get(Partition.SERVER, VERSION);
    if (row == null) {
      create(kv, clock);
    } else {
      int format = (int) Unpack.row(row, 1).varint();
      if (format > DISK_FORMAT) {
        throw new StoreUnavailable(
            "the data directory has format "
                + format
                + ", this version of Posthorn knows "
                + DISK_FORMAT
                + ": start the newer version",
            null);
      }
    }
    byte[] floor = kv.getLocal(ID_FLOOR);
    long floorMs = floor == null ? 0 : Unpack.row(floor, 1).u64();
    // After a crash the clock may be behind ids that were given out: they end below the floor.
    ServerRows rows = new ServerRows(kv, new Ids(clock, 0, floorMs));
    rows.ids.reserve(RESERVE_MS, rows::reserve);
    return rows;
  }

  private static void create(Kv kv, InstantSource clock) {
    byte[] version = new Pack(16).u8(1).varint(DISK_FORMAT).u64(clock.millis()).done();
    Kv.Head head = kv.head(Partition.SERVER);
    CommitResult r =
        kv.commit(
            new Commit(
                Partition.SERVER,
                head.version(),
                clock.millis(),
                List.of(),
                List.of(new Row(VERSION, version)),
                List.of(),
                List.of(),
                Commit.Local.NONE));
    if (!(r instanceof CommitResult.Committed)) {
      throw new StoreUnavailable("the data directory cannot be written: " + r, null);
    }
  }

  private void reserve(long untilMs) {
    byte[] row = new Pack(9).u8(1).u64(untilMs).done();
    kv.writeLocal(new Commit.Local(List.of(new Row(ID_FLOOR, row)), List.of()));
  }

  Ids ids() {
    return ids;
  }

  Set<AccountId> sharersWithAnyone() {
    return Collections.unmodifiableSet(sharersWithAnyone);
  }

  /// Notes whether an account shares a mailbox with anyone. Durable on return.
  synchronized void sharesWithAnyone(AccountId account, boolean shares) {
    if (sharersWithAnyone.contains(account) == shares) return;
    byte[] key = new Pack(ANYONE.length + 8).raw(ANYONE).u64(account.value()).done();
    List<Row> puts = shares ? List.of(new Row(key, new byte[] {1})) : List.of();
    List<byte[]> deletes = shares ? List.of() : List.of(key);
    // What is unknown is written again by whoever asked for it.
    ServerTable.change(kv, ids, puts, deletes);
    if (shares) sharersWithAnyone.add(account);
    else sharersWithAnyone.remove(account);
  }
}
