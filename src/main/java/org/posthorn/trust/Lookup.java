package org.posthorn.trust;

import static java.lang.System.Logger.Level.ERROR;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Something that is being found out on a virtual thread of its own, while the one who wants to
/// know does other things. Any thread may wait for it.
public final class Lookup<T> {
  private static final System.Logger LOG = System.getLogger("posthorn.trust");

  private final LongSupplier nanos;
  private final long begun;
  private final FutureTask<T> task;
  private volatile long ended; // written before the task is done

  private Lookup(String name, Supplier<T> question, LongSupplier nanos) {
    this.nanos = nanos;
    this.begun = nanos.getAsLong();
    this.task =
        new FutureTask<>(() -> {
          try {
            return question.get();
          } catch (RuntimeException | StackOverflowError e) {
            LOG.log(ERROR, "lookup-failed name=" + name, e);
            return null;
          } finally {
            ended = nanos.getAsLong();
          }
        });
  }

  /// @param question bounded in time by itself; an exception is a fault of ours: it is logged, and
  ///   no answer
  /// @param nanos monotonic
  public static <T> Lookup<T> start(String name, Supplier<T> question, LongSupplier nanos) {
    Lookup<T> lookup = new Lookup<>(name, question, nanos);
    Thread.ofVirtual().name(name).start(lookup.task);
    return lookup;
  }

  /// The answer, or null if there is none by then.
  ///
  /// @param until in nanoseconds of the same clock
  public T await(long until) {
    try {
      return task.get(Math.max(0, until - nanos.getAsLong()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause()); // an error of the machine
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /// The answer, or null if there is none so long from now.
  public T await(Duration within) {
    return await(nanos.getAsLong() + within.toNanos());
  }

  /// How long it has taken, or takes so far.
  public Duration took() {
    return Duration.ofNanos((task.isDone() ? ended : nanos.getAsLong()) - begun);
  }
}
