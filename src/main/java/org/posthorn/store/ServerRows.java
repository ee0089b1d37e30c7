package org.posthorn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.List;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The server's own rows: format version, and how far ids have been given out.
final class ServerRows {
  /// Version of the disk format. Raised only with code that reads all older ones.
  static final int DISK_FORMAT = 1;

  private static final byte[] VERSION = "v".getBytes(UTF_8);
  private static final byte[] ID_FLOOR = "I".getBytes(UTF_8);

  /// Ids may run so far ahead of the row that guards them.
  private static final long RESERVE_MS = 10 * 60_000;

  private final Kv kv;
  private final Ids ids;

  private ServerRows(Kv kv, Ids ids) {
    this.kv = kv;
    this.ids = ids;
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
}
