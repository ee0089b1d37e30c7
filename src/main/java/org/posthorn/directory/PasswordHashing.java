package org.posthorn.directory;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Hashes passwords on a few platform threads, one a core: each hash takes 19 MiB and tens of
/// milliseconds of a core, and a flood of logins must leave something for everybody else.
final class PasswordHashing implements AutoCloseable {
  /// Hashes that may wait for each thread: about two seconds' work.
  private static final int QUEUE_PER_THREAD = 40;

  private static final int IDLE_SECONDS = 30;

  /// Nothing was hashed.
  static final class Busy extends Exception {
    private static final long serialVersionUID = 1;

    Busy(String why) {
      super(why, null, false, false);
    }
  }

  private final ThreadPoolExecutor pool;
  private final Counters counters;

  PasswordHashing(Counters counters) {
    this(Runtime.getRuntime().availableProcessors(), QUEUE_PER_THREAD, counters);
  }

  PasswordHashing(int threads, int queuePerThread, Counters counters) {
    this.counters = counters;
    this.pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(threads * queuePerThread),
            Thread.ofPlatform().daemon().name("hash-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
  }

  boolean verify(Credential credential, String password) throws Busy {
    return run(() -> {
      counters.verifications.increment();
      return credential.opensWith(password);
    });
  }

  Credential make(String password, HashCost cost) throws Busy {
    return run(() -> {
      counters.credentialsMade.increment();
      return Credential.make(password, cost);
    });
  }

  <R> R run(Callable<R> work) throws Busy {
    Future<R> future;
    try {
      future = pool.submit(work);
    } catch (RejectedExecutionException e) {
      counters.hashesRejected.increment();
      throw new Busy("too many passwords to check");
    }
    try {
      return future.get();
    } catch (InterruptedException e) {
      future.cancel(false);
      Thread.currentThread().interrupt();
      throw new Busy("interrupted");
    } catch (CancellationException e) {
      throw new Busy("closing");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException r) throw r;
      if (e.getCause() instanceof OutOfMemoryError) throw new Busy("out of memory");
      throw new IllegalStateException("hashing failed", e.getCause());
    }
  }

  @Override
  public void close() {
    for (Runnable waiting : pool.shutdownNow()) {
      if (waiting instanceof Future<?> f) f.cancel(false); // wakes who waits for it
    }
  }
}
