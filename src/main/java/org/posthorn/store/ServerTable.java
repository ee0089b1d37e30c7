package org.posthorn.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// Rows of one kind in the server's partition: `y/`, a name, `/`, and behind it whatever their
/// owner likes. Any thread; what reads and changes waits for the disk.
///
/// A change says what is to be there afterwards and looks at nothing, so it may be made again.
public final class ServerTable {
  /// Conflicts in a row before we give up: many write in this partition.
  private static final int CONFLICTS_MAX = 100;

  private static final int SCAN_BATCH = 500;

  private final Kv kv;
  private final Ids ids;
  private final byte[] prefix;

  /// @param name letters
  public ServerTable(Store store, String name) {
    this.kv = store.kv();
    this.ids = store.ids();
    this.prefix = prefix(name);
  }

  /// What keys of the table of that name begin with.
  public static byte[] prefix(String name) {
    return ("y/" + name + "/").getBytes(UTF_8);
  }

  /// Null without.
  public byte[] get(byte[] key) {
    return kv.get(Partition.SERVER, key);
  }

  /// Shows every row, in order.
  ///
  /// @param more false ends it
  public void each(Predicate<Row> more) {
    each(prefix, Keys.after(prefix), more);
  }

  /// Shows the rows behind a key of this table.
  public void eachBehind(byte[] key, Predicate<Row> more) {
    each(behind(key), Keys.after(prefix), more);
  }

  /// Shows the rows from one key on, up to another that is not among them.
  public void each(byte[] from, byte[] to, Predicate<Row> more) {
    byte[] at = from;
    while (true) {
      List<Row> some = kv.scan(Partition.SERVER, at, to, SCAN_BATCH);
      for (Row row : some) {
        if (!more.test(row)) return;
      }
      if (some.size() < SCAN_BATCH) return;
      at = behind(some.getLast().key());
    }
  }

  private static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /// Durable on return.
  ///
  /// @throws StoreUnavailable if it is not, or nobody knows whether it is
  public void change(List<Row> puts, List<byte[]> deletes) {
    change(kv, ids, puts, deletes);
  }

  static void change(Kv kv, Ids ids, List<Row> puts, List<byte[]> deletes) {
    try {
      for (int i = 0; i < CONFLICTS_MAX; i++) {
        long version = kv.head(Partition.SERVER).version();
        CommitResult result =
            kv.commit(
                new Commit(
                    Partition.SERVER,
                    version,
                    ids.next(),
                    List.of(),
                    puts,
                    deletes,
                    List.of(),
                    Commit.Local.NONE));
        if (result instanceof CommitResult.Committed) return;
        if (!(result instanceof CommitResult.Conflict)) {
          throw new StoreUnavailable("the server's rows cannot be written: " + result, null);
        }
      }
    } catch (KvException e) {
      throw new StoreUnavailable("the server's rows cannot be written", e);
    }
    throw new StoreUnavailable("the server's rows change all the time", null);
  }
}
