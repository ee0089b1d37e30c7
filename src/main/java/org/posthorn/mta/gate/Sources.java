package org.posthorn.mta.gate;

import java.util.LinkedHashMap;
import java.util.Map;
import org.posthorn.net.Ticker;

/// How often hosts and networks did what is counted, who has been turned away for a while, and who
/// is known to be a mail server. In memory, and bounded: of more networks, those that did not come
/// for the longest are forgotten. Any thread.
final class Sources {
  static final int SHARDS = 16;

  /// About 150 octets each.
  static final int NETWORKS_MAX = 64_000;

  private static final int SHARD_MAX = NETWORKS_MAX / SHARDS;

  /// What is counted.
  enum Kind {
    CONNECTION,
    MESSAGE,
    RECIPIENT,
    UNKNOWN_RECIPIENT;

    private static final int COUNT = values().length;
  }

  /// Times are nanoseconds since the start, 0 for never.
  private static final class Source {
    /// When each kind would be as if nothing had been done, going on at its rate: how far that is
    /// ahead of now tells how much of the window's count is used (GCRA).
    final long[] due = new long[Kind.COUNT];

    long closedUntil;
    long knownUntil;
  }

  private static final class Shard extends LinkedHashMap<Network, Source> {
    private static final long serialVersionUID = 1;

    Shard() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<Network, Source> eldest) {
      return size() > SHARD_MAX;
    }
  }

  private final Ticker ticker;
  private final long origin;
  private final Shard[] shards = new Shard[SHARDS]; // each guarded by itself

  Sources(Ticker ticker) {
    this.ticker = ticker;
    this.origin = ticker.nanos() - 1;
    for (int i = 0; i < SHARDS; i++) {
      shards[i] = new Shard();
    }
  }

  private long now() {
    return ticker.nanos() - origin;
  }

  private Shard shard(Network n) {
    long mixed = (n.bits() * 31 + n.prefix()) * 0x9e3779b97f4a7c15L;
    return shards[(int) (mixed >>> 60)];
  }

  /// Counts one, unless that is more than the rate allows. True if it was counted.
  boolean take(Network network, Kind kind, Rate rate) {
    return use(network, kind, rate) >= 0;
  }

  /// Counts one, and tells how many of the rate's count are used by now, this one with them; -1 if
  /// it is more than the rate allows, and is not counted.
  int use(Network network, Kind kind, Rate rate) {
    if (rate.count() == 0) {
      return 0;
    }
    Shard shard = shard(network);
    long now = now();
    long interval = rate.interval();
    synchronized (shard) {
      long[] due = shard.computeIfAbsent(network, n -> new Source()).due;
      long next = Math.max(due[kind.ordinal()], now) + interval;
      if (next - now > interval * rate.count()) {
        return -1;
      }
      due[kind.ordinal()] = next;
      return Math.toIntExact((next - now + interval - 1) / interval);
    }
  }

  /// Turns a host away for a while.
  void close(Network network, long nanos) {
    Shard shard = shard(network);
    synchronized (shard) {
      shard.computeIfAbsent(network, n -> new Source()).closedUntil = now() + nanos;
    }
  }

  boolean closed(Network network) {
    Shard shard = shard(network);
    synchronized (shard) {
      Source s = shard.get(network);
      return s != null && s.closedUntil > now();
    }
  }

  /// Remembers that a host is a mail server, for a while.
  void known(Network network, long nanos) {
    Shard shard = shard(network);
    synchronized (shard) {
      shard.computeIfAbsent(network, n -> new Source()).knownUntil = now() + nanos;
    }
  }

  boolean known(Network network) {
    Shard shard = shard(network);
    synchronized (shard) {
      Source s = shard.get(network);
      return s != null && s.knownUntil > now();
    }
  }

  /// It has misbehaved.
  void unknow(Network network) {
    Shard shard = shard(network);
    synchronized (shard) {
      Source s = shard.get(network);
      if (s != null) {
        s.knownUntil = 0;
      }
    }
  }

  /// Networks that are remembered.
  int size() {
    int sum = 0;
    for (Shard shard : shards) {
      synchronized (shard) {
        sum += shard.size();
      }
    }
    return sum;
  }
}
