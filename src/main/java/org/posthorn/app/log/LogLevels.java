package org.posthorn.app.log;

import java.lang.System.Logger.Level;

/// What is worth a line: ours from one level on, other people's from `WARNING` on.
public final class LogLevels {
  /// Loggers of the product start with this.
  static final String OURS = "posthorn";

  private static final LogLevels PROCESS = new LogLevels();

  private volatile Level ours = Level.INFO;

  /// The levels of this process.
  public static LogLevels process() {
    return PROCESS;
  }

  /// Sets the level of the product's own loggers.
  public void set(Level level) {
    ours = level;
  }

  boolean isLoggable(String logger, Level level) {
    if (level == Level.OFF) {
      return false;
    }
    Level least = ours;
    if (!logger.startsWith(OURS) && least.getSeverity() < Level.WARNING.getSeverity()) {
      least = Level.WARNING;
    }
    return level.getSeverity() >= least.getSeverity();
  }
}
