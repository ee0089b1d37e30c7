package org.posthorn.app;

import java.time.Duration;
import java.util.function.LongSupplier;

/// Gives memory back while a server is at rest. The serial collector collects when the heap is full
/// and at no other time: what a busy hour left would stay in memory for days. So when hardly
/// anything was allocated for a while and there is something to win, all is collected once; the JVM
/// returns what that empties. Other collectors do so by themselves.
final class Repose implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(20);

  /// Allocated in a period by a server at rest, octets at most.
  private static final long REST_MAX = 2L << 20;

  /// What may have become garbage since the last time, octets, for which it is worth it.
  private static final long WORTH = 6L << 20;

  private final LongSupplier used;
  private final Runnable collect;
  private final Periodic look;
  private long before = Long.MAX_VALUE; // heap in use when it was last looked at
  private long kept; // heap in use after the last collection of ours

  Repose(LongSupplier used, Runnable collect) {
    this.used = used;
    this.collect = collect;
    this.look = new Periodic("repose", PERIOD, PERIOD, this::look);
  }

  static Repose start() {
    Runtime jvm = Runtime.getRuntime();
    Repose r = new Repose(() -> jvm.totalMemory() - jvm.freeMemory(), System::gc);
    if (Memory.isKept()) {
      r.look.start();
    }
    return r;
  }

  /// A heap in use that shrank was collected meanwhile, by allocation: that is no rest.
  void look() {
    long now = used.getAsLong();
    boolean atRest = now >= before && now - before <= REST_MAX;
    before = now;
    if (atRest && now - kept > WORTH) {
      collect.run();
      before = used.getAsLong();
      kept = before;
    }
  }

  @Override
  public void close() {
    look.close();
  }
}
