package org.posthorn.mta.gate;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// Holds answers back of who misbehaves. Only so many sessions at once, for each is a connection
/// that others cannot have; of more, the answers come at once. Any thread.
public final class Tarpit {
  static final int SESSIONS_MAX = 500;

  /// Lets time pass on the thread that calls.
  public interface Pause {
    void pause(Duration time) throws InterruptedException;
  }

  private final Duration time;
  private final Pause pause;
  private final Counters counters;
  private final AtomicInteger inside = new AtomicInteger();

  Tarpit(Duration time, Pause pause, Counters counters) {
    this.time = time;
    this.pause = pause;
    this.counters = counters;
  }

  void hold() {
    if (time.isZero()) {
      return;
    }
    if (inside.incrementAndGet() <= SESSIONS_MAX) {
      counters.tarpitted.increment();
      try {
        pause.pause(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    inside.decrementAndGet();
  }
}
