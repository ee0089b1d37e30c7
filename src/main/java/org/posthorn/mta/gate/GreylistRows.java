package org.posthorn.mta.gate;

import static java.lang.System.Logger.Level.WARNING;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.posthorn.mta.gate.Greylist.Entry;
import org.posthorn.mta.gate.Greylist.Key;
import org.posthorn.store.ServerTable;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.Row;

/// The greylist's rows in the server's partition: `y/grey/` and 16 octets of hash → format, whether
/// it has passed, and when.
public final class GreylistRows {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final String NAME = "grey";
  private static final byte[] PREFIX = ServerTable.prefix(NAME);
  private static final byte FORMAT = 1;
  private static final int KEY_OCTETS = 16;
  private static final int VALUE_OCTETS = 10;

  /// More are not said of the same rows.
  private static final int PROBLEMS_MAX = 1000;

  private final ServerTable table;

  GreylistRows(Store store) {
    this.table = new ServerTable(store, NAME);
  }

  /// Up to so many. Rows that cannot be read are left out: somebody comes once more.
  List<Map.Entry<Key, Entry>> read(int max) {
    List<Map.Entry<Key, Entry>> found = new ArrayList<>();
    table.each(row -> {
      Map.Entry<Key, Entry> e = decode(row);
      if (e != null) {
        found.add(e);
      }
      return found.size() < max;
    });
    return found;
  }

  /// False if it was not written.
  boolean write(Map<Key, Entry> there, List<Key> gone) {
    List<Row> puts = new ArrayList<>();
    there.forEach((key, entry) -> puts.add(new Row(key(key), value(entry))));
    try {
      table.change(puts, gone.stream().map(GreylistRows::key).toList());
      return true;
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "greylist-not-written reason={0}", e.getMessage());
      return false;
    }
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
    new ServerTable(store, NAME)
        .each(row -> {
          if (decode(row) == null) {
            problems.add("a row of the greylist is not readable");
          }
          return problems.size() < PROBLEMS_MAX;
        });
    return problems;
  }
}
