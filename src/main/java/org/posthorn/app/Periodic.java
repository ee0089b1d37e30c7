package org.posthorn.app;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;

/// Work that is done again and again, on a thread of its own. Work that throws is logged, and done
/// again all the same.
///
/// Life: [#start] → first after `delay`, then a `period` after each end → [#close] interrupts.
final class Periodic implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.app");

  private final String name;
  private final Duration delay;
  private final Duration period;
  private final Runnable work;
  private final Thread thread;

  Periodic(String name, Duration delay, Duration period, Runnable work) {
    this.name = name;
    this.delay = delay;
    this.period = period;
    this.work = work;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      for (Duration wait = delay; ; wait = period) {
        Thread.sleep(wait);
        try {
          work.run();
        } catch (RuntimeException e) {
          LOG.log(WARNING, "periodic-work-failed work={0} reason={1}", name, e.toString());
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /// Returns when nothing is being done any more.
  @Override
  public void close() {
    close(Duration.ofNanos(Long.MAX_VALUE));
  }

  /// The same, but waits no longer than `most`. Without a start there is nothing to wait for.
  void close(Duration most) {
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(most);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
