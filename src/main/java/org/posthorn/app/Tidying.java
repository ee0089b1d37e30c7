package org.posthorn.app;

import java.time.Duration;
import org.posthorn.directory.Directory;

/// What a running server puts in order once a day: aliases that ended long ago are forgotten.
final class Tidying implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofDays(1);

  private final Periodic work;

  private Tidying(Periodic work) {
    this.work = work;
  }

  static Tidying start(Directory directory) {
    Periodic work =
        new Periodic("tidying", Duration.ZERO, PERIOD, () -> directory.addressing().prune());
    work.start();
    return new Tidying(work);
  }

  /// Returns when nothing is being put in order any more.
  @Override
  public void close() {
    work.close();
  }
}
