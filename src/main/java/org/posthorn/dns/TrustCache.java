package org.posthorn.dns;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;

/// What is known of names and zones, while it holds; bounded in octets. Any thread.
final class TrustCache {
  private static final long COST_MAX = 8L << 20;
  private static final int ENTRY_OCTETS = 300;

  private static final long SECONDS_MAX = Duration.ofDays(1).toSeconds();

  /// Nobody takes the trouble to sign for a shorter time.
  private static final long SECONDS_MIN = 5;

  /// A broken chain is not followed again at once (RFC 4035 §4.7).
  private static final long BOGUS = 30;

  private record Entry(Trust trust, long since, long holds, long cost) {}

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Name, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long cost;

  TrustCache(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// Null if nothing is known that still holds.
  Trust get(Name name) {
    lock.lock();
    try {
      Entry e = entries.get(name);
      if (e == null) {
        return null;
      }
      if (nanos.getAsLong() - e.since < e.holds) {
        return e.trust;
      }
      entries.remove(name);
      cost -= e.cost;
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// Keeps it, unless it is that nobody answered.
  void put(Name name, Trust trust) {
    long seconds;
    switch (trust) {
      case Trust.Keys k -> seconds = k.seconds();
      case Trust.Inside i -> seconds = i.seconds();
      case Trust.Insecure i -> seconds = i.seconds();
      case Trust.Bogus b -> seconds = BOGUS;
      case Trust.Unknown u -> {
        return;
      }
    }
    long holds = TimeUnit.SECONDS.toNanos(Math.clamp(seconds, SECONDS_MIN, SECONDS_MAX));
    var entry = new Entry(trust, nanos.getAsLong(), holds, cost(trust));
    lock.lock();
    try {
      Entry old = entries.put(name, entry);
      cost += entry.cost - (old == null ? 0 : old.cost);
      var oldest = entries.values().iterator();
      while (cost > COST_MAX && oldest.hasNext()) {
        cost -= oldest.next().cost;
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  private static long cost(Trust trust) {
    long octets = ENTRY_OCTETS;
    if (trust instanceof Trust.Keys keys) {
      for (DNSKEYRecord key : keys.keys()) {
        octets += ENTRY_OCTETS + 3L * key.getKey().length;
      }
    }
    return octets;
  }
}
