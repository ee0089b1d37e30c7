package org.posthorn.mta.gate;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who came for the first time, and who came again: a mail server tries again later, most programs
/// that send spam do not. Any thread.
///
/// It is kept in memory, bounded, and written behind to rows ([GreylistRows]): what the last
/// seconds brought is lost in a crash, and somebody has to come once more.
final class Greylist {
  /// About 200 octets each. Of more, the oldest are forgotten.
  static final int WAITING_MAX = 50_000;

  static final int PASSED_MAX = 100_000;

  /// Rows in one commit.
  private static final int ROWS_A_COMMIT = 1000;

  /// Who does not come again in that time is new to us. RFC 5321 §4.5.4.1 has servers try for four
  /// days and more, most come within the hour.
  private static final Duration RETURN = Duration.ofDays(2);

  /// How far a date of the last message may be behind before it is written anew.
  private static final Duration STALE = Duration.ofDays(1);

  /// Who comes from where, as a hash of network and domain.
  record Key(long high, long low) {
    static Key of(Network network, String domain) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(
            ByteBuffer.allocate(12).putLong(network.bits()).putInt(network.prefix()).array());
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(domain.getBytes(UTF_8)));
        return new Key(hash.getLong(), hash.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java has SHA-256", e);
      }
    }
  }

  /// @param since when it came for the first time; of who has passed, when it came last. In seconds
  ///   since 1970
  record Entry(boolean passed, long since) {}

  /// What becomes of who comes now.
  sealed interface Answer {
    /// It may go on.
    ///
    /// @param again it has come again just now
    record Pass(boolean again) implements Answer {}

    /// @param left until when it is too early
    record Wait(Duration left) implements Answer {}
  }

  private final GateOptions.Greylisting options;
  private final GreylistRows rows;
  private final InstantSource clock;

  // All guarded by this.
  private final Map<Key, Entry> waiting = new LinkedHashMap<>();
  private final Map<Key, Entry> passed = new LinkedHashMap<>(16, 0.75f, true);
  private final Set<Key> changed = new LinkedHashSet<>(); // to be written
  private boolean loaded;

  Greylist(GateOptions.Greylisting options, GreylistRows rows, InstantSource clock) {
    this.options = options;
    this.rows = rows;
    this.clock = clock;
  }

  /// Reads what is known from earlier. Until then, everybody passes.
  void load() {
    List<Map.Entry<Key, Entry>> found = rows.read(WAITING_MAX + PASSED_MAX);
    synchronized (this) {
      for (Map.Entry<Key, Entry> e : found) {
        put(e.getKey(), e.getValue());
      }
      loaded = true;
    }
    sweep();
  }

  synchronized boolean knows(Key key) {
    return fresh(key) instanceof Entry(boolean hasPassed, long _) && hasPassed;
  }

  /// Somebody doubtful comes.
  synchronized Answer come(Key key) {
    if (!loaded) {
      return new Answer.Pass(false);
    }
    long now = clock.instant().getEpochSecond();
    Entry before = fresh(key);
    if (before == null) {
      change(key, new Entry(false, now));
      return new Answer.Wait(options.delay());
    }
    if (before.passed) {
      if (now - before.since > STALE.toSeconds()) {
        change(key, new Entry(true, now));
      }
      return new Answer.Pass(false);
    }
    // A clock that was set back makes nobody wait longer than once.
    long waited = Math.max(0, now - before.since);
    long left = options.delay().toSeconds() - waited;
    if (left > 0) {
      return new Answer.Wait(Duration.ofSeconds(left));
    }
    change(key, new Entry(true, now));
    return new Answer.Pass(true);
  }

  /// What is known of somebody, unless that was too long ago.
  private Entry fresh(Key key) {
    Entry e = passed.get(key);
    if (e == null) {
      e = waiting.get(key);
    }
    return e == null || expired(e, clock.instant()) ? null : e;
  }

  private boolean expired(Entry e, Instant now) {
    Duration holds = e.passed ? options.keep() : RETURN;
    return now.getEpochSecond() - e.since > holds.toSeconds();
  }

  private void change(Key key, Entry entry) {
    put(key, entry);
    changed.add(key);
  }

  private void put(Key key, Entry entry) {
    (entry.passed ? waiting : passed).remove(key);
    Map<Key, Entry> map = entry.passed ? passed : waiting;
    map.remove(key); // so that it is the youngest
    map.put(key, entry);
    if (map.size() > (entry.passed ? PASSED_MAX : WAITING_MAX)) {
      Iterator<Key> oldest = map.keySet().iterator();
      changed.add(oldest.next());
      oldest.remove();
    }
  }

  /// Forgets what was too long ago.
  synchronized void sweep() {
    Instant now = clock.instant();
    for (Map<Key, Entry> map : List.of(waiting, passed)) {
      for (Iterator<Map.Entry<Key, Entry>> i = map.entrySet().iterator(); i.hasNext(); ) {
        Map.Entry<Key, Entry> e = i.next();
        if (expired(e.getValue(), now)) {
          changed.add(e.getKey());
          i.remove();
        }
      }
    }
  }

  /// Writes what has changed. What cannot be written is tried again the next time.
  void flush() {
    while (true) {
      List<Key> gone = new ArrayList<>();
      Map<Key, Entry> there = new LinkedHashMap<>();
      synchronized (this) {
        for (Iterator<Key> i = changed.iterator();
            i.hasNext() && gone.size() + there.size() < ROWS_A_COMMIT; ) {
          Key key = i.next();
          i.remove();
          Entry e = passed.containsKey(key) ? passed.get(key) : waiting.get(key);
          if (e == null) {
            gone.add(key);
          } else {
            there.put(key, e);
          }
        }
      }
      if (gone.isEmpty() && there.isEmpty()) {
        return;
      }
      if (!rows.write(there, gone)) {
        synchronized (this) {
          changed.addAll(gone);
          changed.addAll(there.keySet());
        }
        return;
      }
    }
  }

  synchronized int size() {
    return waiting.size() + passed.size();
  }
}
