package org.posthorn.store;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// A thread that works in rounds in the background, until it is closed.
final class Rounds implements AutoCloseable {
  private final String name;
  private final CountDownLatch end = new CountDownLatch(1);
  private Thread thread;
  private boolean woken; // guarded by this
  private boolean closed; // guarded by this

  Rounds(String name) {
    this.name = name;
  }

  /// Works on a virtual thread.
  ///
  /// @param work ends when [#await] says so
  void start(Runnable work) {
    thread = Thread.ofVirtual().name(name).start(work);
  }

  /// Works on a thread that may wait for the disk.
  void startOnPlatform(Runnable work) {
    thread = Thread.ofPlatform().name(name).daemon().start(work);
  }

  /// There is work. Does not wait; what comes before the next [#await] is not lost.
  synchronized void wake() {
    woken = true;
    notifyAll();
  }

  /// Waits for work, at most so long. False when the thread has to end.
  synchronized boolean await(long seconds) {
    try {
      if (!woken && !closed) wait(TimeUnit.SECONDS.toMillis(seconds));
    } catch (InterruptedException e) {
      return false;
    }
    woken = false;
    return !closed;
  }

  /// Rests, whatever comes. False when the thread has to end.
  boolean pause(long millis) {
    try {
      return !end.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /// Waits for the round under way.
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      end.countDown();
      notifyAll();
    }
    if (thread == null) return;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
