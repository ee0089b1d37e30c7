package org.posthorn.app;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import org.posthorn.directory.Directory;

/// What a running server puts in order once a day: aliases that ended long ago are forgotten.
final class Tidying implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofDays(1);
  private static final System.Logger LOG = System.getLogger("posthorn.app");

  private final Directory directory;
  private final Thread thread;

  private Tidying(Directory directory) {
    this.directory = directory;
    this.thread = Thread.ofVirtual().name("tidying").unstarted(this::run);
  }

  static Tidying start(Directory directory) {
    Tidying t = new Tidying(directory);
    t.thread.start();
    return t;
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        directory.addressing().prune();
      } catch (RuntimeException e) {
        LOG.log(WARNING, "tidying-failed reason={0}", e.toString());
      }
      try {
        Thread.sleep(PERIOD);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /// Returns when nothing is being put in order any more.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
