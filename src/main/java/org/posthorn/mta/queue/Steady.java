package org.posthorn.mta.queue;

import java.time.Instant;
import java.time.InstantSource;
import org.posthorn.net.Ticker;

/// A wall clock that does not jump: one that is set ahead by a day, or was wrong until the network
/// came, expires no mail. It never goes back, and catches up at twice the speed of time.
final class Steady {
  private static final int CATCHING_UP = 2;

  private final InstantSource clock;
  private final Ticker ticker;
  private Instant last; // guarded by this
  private long lastNanos; // guarded by this

  Steady(InstantSource clock, Ticker ticker) {
    this.clock = clock;
    this.ticker = ticker;
    this.last = clock.instant();
    this.lastNanos = ticker.nanos();
  }

  synchronized Instant now() {
    long nanos = ticker.nanos();
    Instant wall = clock.instant();
    Instant most = last.plusNanos(CATCHING_UP * (nanos - lastNanos));
    lastNanos = nanos;
    if (wall.isAfter(last)) last = wall.isBefore(most) ? wall : most;
    return last;
  }
}
