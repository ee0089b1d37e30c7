package org.posthorn.mta.feedback;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.posthorn.store.Store;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.Partition;
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
  private static final byte[] PREFIX = "y/report/".getBytes(UTF_8);
  private static final byte[] AFTER = "y/report0".getBytes(UTF_8); // '0' follows '/'
  private static final byte FORMAT = 1;
  private static final int HASH_OCTETS = 16;
  private static final int KEY_OCTETS = PREFIX.length + 1 + 4 + HASH_OCTETS;
  private static final int HEAD_OCTETS = 9;
  private static final int SCAN_BATCH = 500;

  /// Rows of one commit.
  private static final int BATCH = 500;

  private static final int CONFLICTS_MAX = 20;

  /// Octets that are read at once: strangers decide how long what they are seen with is. They make
  /// a few times as many in memory.
  static final int OCTETS_MAX = 32 << 20;

  private final Store store;

  FeedbackRows(Store store) {
    this.store = store;
  }

  /// Adds to what is there. False if it was not written.
  boolean add(Kind kind, long day, Map<Seen, Long> counts) {
    Kv kv = store.kv();
    List<Row> puts = new ArrayList<>();
    try {
      for (var e : counts.entrySet()) {
        byte[] seen = e.getKey().encoded();
        byte[] key = key(kind, day, seen);
        byte[] old = kv.get(Partition.SERVER, key);
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
          LOG.log(WARNING, "report-rows-not-written reason={0}", result);
          return false;
        }
      }
    } catch (KvException e) {
      LOG.log(WARNING, "report-rows-not-written reason={0}", e.toString());
    }
    return false;
  }

  /// Those of the days from one on, up to another that is not among them.
  ///
  /// @param max of rows; fewer where they are longer than [#OCTETS_MAX] together
  List<Counted> read(Kind kind, long from, long before, int max) {
    List<Counted> found = new ArrayList<>();
    long octets = 0;
    byte[] at = day(kind, from);
    byte[] end = day(kind, before);
    while (found.size() < max && octets < OCTETS_MAX) {
      List<Row> some = store.kv().scan(Partition.SERVER, at, end, SCAN_BATCH);
      for (Row row : some) {
        octets += row.value().length;
        Counted c = decode(row);
        if (c != null && found.size() < max) {
          found.add(c);
        }
      }
      if (some.size() < SCAN_BATCH) {
        break;
      }
      at = Arrays.copyOf(some.getLast().key(), some.getLast().key().length + 1);
    }
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
    byte[] at = PREFIX;
    while (true) {
      List<Row> some = store.kv().scan(Partition.SERVER, at, AFTER, SCAN_BATCH);
      for (Row row : some) {
        if (decode(row) == null && problems.size() < SCAN_BATCH) {
          problems.add("a row of what reports are made of is not readable");
        }
      }
      if (some.size() < SCAN_BATCH) {
        return problems;
      }
      at = Arrays.copyOf(some.getLast().key(), some.getLast().key().length + 1);
    }
  }
}
