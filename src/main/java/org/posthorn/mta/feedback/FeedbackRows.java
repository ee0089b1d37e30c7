package org.posthorn.mta.feedback;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.posthorn.store.ServerTable;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Row;

/// Rows of the server's partition: `y/report/`, a letter for the kind, the day (days since 1970, 4
/// octets) and 16 octets of hash of what was seen → format, how often (8 octets), and a [Seen].
public final class FeedbackRows {
  /// Of what.
  enum Kind {
    /// Seen by us of others, to be sent.
    MAIL_HERE('d', true),
    TLS_HERE('t', false),
    /// Reported to us.
    MAIL_THERE('D', true),
    TLS_THERE('T', false);

    private final byte letter;
    private final boolean mail;

    Kind(char letter, boolean mail) {
      this.letter = (byte) letter;
      this.mail = mail;
    }
  }

  /// One of them.
  record Counted(byte[] key, long day, long count, Seen seen) {}

  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final String NAME = "report";
  private static final byte[] PREFIX = ServerTable.prefix(NAME);
  private static final byte FORMAT = 1;
  private static final int HASH_OCTETS = 16;
  private static final int KEY_OCTETS = PREFIX.length + 1 + 4 + HASH_OCTETS;
  private static final int HEAD_OCTETS = 9;
  private static final int PROBLEMS_MAX = 500;

  /// Rows of one commit.
  private static final int BATCH = 500;

  /// Octets that are read at once: strangers decide how long what they are seen with is. They make
  /// a few times as many in memory.
  static final int OCTETS_MAX = 32 << 20;

  private final ServerTable table;

  FeedbackRows(Store store) {
    this.table = new ServerTable(store, NAME);
  }

  /// Adds to what is there. False if it was not written.
  boolean add(Kind kind, long day, Map<Seen, Long> counts) {
    List<Row> puts = new ArrayList<>();
    try {
      for (var e : counts.entrySet()) {
        byte[] seen = e.getKey().encoded();
        byte[] key = key(kind, day, seen);
        byte[] old = table.get(key);
        long before =
            old == null || old.length < HEAD_OCTETS ? 0 : ByteBuffer.wrap(old, 1, 8).getLong();
        puts.add(row(key, before + e.getValue(), seen));
      }
      return write(puts, List.of());
    } catch (KvException e) {
      LOG.log(WARNING, "report-rows-not-written reason={0}", e.toString());
      return false;
    }
  }

  /// Writes it in place of what is there: a report that comes twice counts once.
  boolean set(Kind kind, long day, Map<Seen, Long> counts) {
    List<Row> puts = new ArrayList<>();
    counts.forEach((s, count) -> {
      byte[] seen = s.encoded();
      puts.add(row(key(kind, day, seen), count, seen));
    });
    return write(puts, List.of());
  }

  boolean remove(List<byte[]> keys) {
    return write(List.of(), keys);
  }

  private boolean write(List<Row> puts, List<byte[]> deletes) {
    boolean all = true;
    for (int i = 0; i < puts.size(); i += BATCH) {
      all &= commit(puts.subList(i, Math.min(i + BATCH, puts.size())), List.of());
    }
    for (int i = 0; i < deletes.size(); i += BATCH) {
      all &= commit(List.of(), deletes.subList(i, Math.min(i + BATCH, deletes.size())));
    }
    return all;
  }

  private boolean commit(List<Row> puts, List<byte[]> deletes) {
    try {
      table.change(puts, deletes);
      return true;
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "report-rows-not-written reason={0}", e.getMessage());
      return false;
    }
  }

  /// Those of the days from one on, up to another that is not among them.
  ///
  /// @param max of rows; fewer where they are longer than [#OCTETS_MAX] together
  List<Counted> read(Kind kind, long from, long before, int max) {
    List<Counted> found = new ArrayList<>();
    long[] octets = {0};
    table.each(
        day(kind, from),
        day(kind, before),
        row -> {
          octets[0] += row.value().length;
          Counted c = decode(row);
          if (c != null) {
            found.add(c);
          }
          return found.size() < max && octets[0] < OCTETS_MAX;
        });
    return found;
  }

  private static Row row(byte[] key, long count, byte[] seen) {
    byte[] value =
        ByteBuffer.allocate(HEAD_OCTETS + seen.length).put(FORMAT).putLong(count).put(seen).array();
    return new Row(key, value);
  }

  private static byte[] day(Kind kind, long day) {
    return ByteBuffer.allocate(PREFIX.length + 5)
        .put(PREFIX)
        .put(kind.letter)
        .putInt((int) day)
        .array();
  }

  private static byte[] key(Kind kind, long day, byte[] seen) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(seen);
      return ByteBuffer.allocate(KEY_OCTETS).put(day(kind, day)).put(hash, 0, HASH_OCTETS).array();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /// Null if it means nothing.
  static Counted decode(Row row) {
    byte[] value = row.value();
    if (row.key().length != KEY_OCTETS || value.length < HEAD_OCTETS || value[0] != FORMAT) {
      return null;
    }
    ByteBuffer key = ByteBuffer.wrap(row.key()).position(PREFIX.length);
    byte letter = key.get();
    for (Kind kind : Kind.values()) {
      if (kind.letter == letter) {
        try {
          byte[] seen = Arrays.copyOfRange(value, HEAD_OCTETS, value.length);
          long count = ByteBuffer.wrap(value, 1, 8).getLong();
          return new Counted(row.key(), key.getInt(), count, Seen.decode(kind.mail, seen));
        } catch (IOException e) {
          return null;
        }
      }
    }
    return null;
  }

  /// What is wrong with the rows, for `posthorn check`.
  public static List<String> check(Store store) {
    List<String> problems = new ArrayList<>();
    new ServerTable(store, NAME)
        .each(row -> {
          if (decode(row) == null) {
            problems.add("a row of what reports are made of is not readable");
          }
          return problems.size() < PROBLEMS_MAX;
        });
    return problems;
  }
}
