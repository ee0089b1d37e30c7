package org.posthorn;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.posthorn.net.Ticker;

/// Waits for what another thread brings about.
public final class Await {
  /// Far longer than anything takes, also on a busy machine.
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Await() {}

  public static void until(BooleanSupplier condition) {
    long start = Ticker.SYSTEM.nanos();
    while (!condition.getAsBoolean()) {
      if (Ticker.SYSTEM.nanos() - start > LIMIT.toNanos()) {
        throw new AssertionError("never happened");
      }
      Thread.onSpinWait();
    }
  }
}
