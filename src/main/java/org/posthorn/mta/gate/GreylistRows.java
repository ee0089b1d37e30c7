package org.posthorn.mta.gate;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.posthorn.mta.gate.Greylist.Entry;
import org.posthorn.mta.gate.Greylist.Key;
import org.posthorn.store.Store;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The greylist's rows in the server's partition: `y/grey/` and 16 octets of hash → format, whether
/// it has passed, and when.
public final class GreylistRows {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final byte[] PREFIX = "y/grey/".getBytes(UTF_8);
  private static final byte[] AFTER = "y/grey0".getBytes(UTF_8); // '0' follows '/'
  private static final byte FORMAT = 1;
  private static final int KEY_OCTETS = 16;
  private static final int VALUE_OCTETS = 10;
  private static final int SCAN_BATCH = 1000;

  /// Conflicts in a row before it is left for later: others write in this partition, too.
  private static final int CONFLICTS_MAX = 20;

  private final Store store;

  GreylistRows(Store store) {
    this.store = store;
  }

  /// Up to so many. Rows that cannot be read are left out: somebody comes once more.
  List<Map.Entry<Key, Entry>> read(int max) {
    List<Map.Entry<Key, Entry>> found = new ArrayList<>();
    byte[] from = PREFIX;
    while (found.size() < max) {
      List<Row> some = store.kv().scan(Partition.SERVER, from, AFTER, SCAN_BATCH);
      for (Row row : some) {
        Map.Entry<Key, Entry> e = decode(row);
        if (e != null) {
          found.add(e);
        }
      }
      if (some.size() < SCAN_BATCH) {
        break;
      }
      from = behind(some.getLast().key());
    }
    return found;
  }

  private static byte[] behind(byte[] key) {
    return Arrays.copyOf(key, key.length + 1);
  }

  /// False if it was not written.
  boolean write(Map<Key, Entry> there, List<Key> gone) {
    List<Row> puts = new ArrayList<>();
    there.forEach((key, entry) -> puts.add(new Row(key(key), value(entry))));
    List<byte[]> deletes = gone.stream().map(GreylistRows::key).toList();
    Kv kv = store.kv();
    try {
      for (int i = 0; i < CONFLICTS_MAX; i++) {
        Commit commit =
            new Commit(
                Partition.SERVER,
                kv.head(Partition.SERVER).version(),
                store.ids().next(),
                List.of(),
                puts,
                deletes,
                List.of(),
                Commit.Local.NONE);
        CommitResult result = kv.commit(commit);
        if (result instanceof CommitResult.Committed) {
          return true;
        }
        if (!(result instanceof CommitResult.Conflict)) {
          LOG.log(WARNING, "greylist-not-written reason={0}", result);
          return false;
        }
      }
    } catch (KvException e) {
      LOG.log(WARNING, "greylist-not-written reason={0}", e.toString());
    }
    return false;
  }

  private static byte[] key(Key key) {
    return ByteBuffer.allocate(PREFIX.length + KEY_OCTETS)
        .put(PREFIX)
        .putLong(key.high())
        .putLong(key.low())
        .array();
  }

  private static byte[] value(Entry entry) {
    return ByteBuffer.allocate(VALUE_OCTETS)
        .put(FORMAT)
        .put((byte) (entry.passed() ? 1 : 0))
        .putLong(entry.since())
        .array();
  }

  /// Null if it means nothing.
  static Map.Entry<Key, Entry> decode(Row row) {
    byte[] value = row.value();
    boolean whole =
        row.key().length == PREFIX.length + KEY_OCTETS
            && value.length == VALUE_OCTETS
            && value[0] == FORMAT
            && (value[1] == 0 || value[1] == 1);
    if (!whole) {
      return null;
    }
    ByteBuffer key = ByteBuffer.wrap(row.key()).position(PREFIX.length);
    return Map.entry(
        new Key(key.getLong(), key.getLong()),
        new Entry(value[1] == 1, ByteBuffer.wrap(value, 2, 8).getLong()));
  }

  /// What is wrong with the rows, for `posthorn check`.
  public static List<String> check(Store store) {
    List<String> problems = new ArrayList<>();
    byte[] from = PREFIX;
    while (true) {
      List<Row> some = store.kv().scan(Partition.SERVER, from, AFTER, SCAN_BATCH);
      for (Row row : some) {
        if (decode(row) == null && problems.size() < SCAN_BATCH) {
          problems.add("a row of the greylist is not readable");
        }
      }
      if (some.size() < SCAN_BATCH) {
        return problems;
      }
      from = behind(some.getLast().key());
    }
  }
}
