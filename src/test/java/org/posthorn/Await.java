package org.posthorn;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.posthorn.net.Ticker;

/// Waits for what another thread brings about.
public final class Await {
  /// Far longer than anything takes, also on a busy machine.
  private static final Duration LIMIT = Duration.ofSeconds(20);

  /// Looks so often before it leaves the processor to those it waits for.
  private static final int SPINS = 100;

  private static final long PAUSE_NANOS = 100_000;

  private Await() {}

  public static void until(BooleanSupplier condition) {
    long start = Ticker.SYSTEM.nanos();
    for (int looks = 0; !condition.getAsBoolean(); looks++) {
      if (Ticker.SYSTEM.nanos() - start > LIMIT.toNanos()) {
        throw new AssertionError("never happened");
      }
      if (looks < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
