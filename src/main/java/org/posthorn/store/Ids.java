package org.posthorn.store;

import java.time.InstantSource;
import java.util.function.LongConsumer;

/// Makes ids that are unique in the installation and grow with time: 41 bits of milliseconds since
/// 2024, 10 bits of node, 12 bits of sequence.
///
/// A clock that jumps back does not make an id twice: time here never goes back, also not over a
/// restart, because a durable row says how far it may have come.
public final class Ids {
  private static final long EPOCH_MS = 1_704_067_200_000L; // 2024-01-01T00:00:00Z
  private static final int NODE_BITS = 10;
  private static final int SEQUENCE_BITS = 12;

  private final InstantSource clock;
  private final long node;
  private long lastMs; // guarded by this
  private int sequence; // guarded by this
  private long reservedMs = Long.MAX_VALUE; // guarded by this
  private long reserveMs; // guarded by this
  private LongConsumer reserve; // guarded by this

  /// @param floorMs milliseconds since 1970 that no new id lies below
  public Ids(InstantSource clock, int node, long floorMs) {
    if (node < 0 || node >= 1 << NODE_BITS) throw new IllegalArgumentException("node " + node);
    this.clock = clock;
    this.node = node;
    this.lastMs = Math.max(floorMs, EPOCH_MS + 1);
  }

  /// From now on no id is given whose time was not made durable by `write` before.
  synchronized void reserve(long aheadMs, LongConsumer write) {
    reserveMs = aheadMs;
    reserve = write;
    reservedMs = 0;
  }

  public synchronized long next() {
    long now = clock.millis();
    if (now > lastMs) {
      lastMs = now;
      sequence = 0;
    } else if (++sequence >= 1 << SEQUENCE_BITS) {
      lastMs++;
      sequence = 0;
    }
    if (lastMs > reservedMs) {
      // Once in many minutes; all who want an id wait for this write.
      reserve.accept(lastMs + reserveMs);
      reservedMs = lastMs + reserveMs;
    }
    return (lastMs - EPOCH_MS) << (NODE_BITS + SEQUENCE_BITS) | node << SEQUENCE_BITS | sequence;
  }

  /// When an id was made, milliseconds since 1970.
  public static long millis(long id) {
    return (id >>> (NODE_BITS + SEQUENCE_BITS)) + EPOCH_MS;
  }
}
