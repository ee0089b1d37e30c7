package org.posthorn.mta.judge;

import static java.lang.System.Logger.Level.ERROR;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.posthorn.net.Ticker;

/// Something that is being looked at on a thread of its own, and how long that took.
final class Looking<T> {
  private static final System.Logger LOG = System.getLogger("posthorn.judge");

  private final FutureTask<T> task;
  private volatile long nanos;

  /// Begins.
  ///
  /// @param instead the result if the work fails for a fault of ours, which is logged
  Looking(String name, Ticker ticker, Supplier<T> work, T instead) {
    long start = ticker.nanos();
    task =
        new FutureTask<>(() -> {
          try {
            return work.get();
          } catch (RuntimeException | StackOverflowError e) {
            LOG.log(ERROR, "look-failed at={0}", name, e);
            return instead;
          } finally {
            nanos = ticker.nanos() - start;
          }
        });
    Thread.ofVirtual().name("look " + name).start(task);
  }

  /// Waits for it.
  T get() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true; // the answer to a client depends on it, and it ends by itself
        }
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Once it is there.
  Duration took() {
    return Duration.ofNanos(nanos);
  }
}
