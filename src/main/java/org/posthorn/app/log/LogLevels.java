package org.posthorn.app.log;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Locale;

/// What is worth a line: ours from one level on, other people's from `WARNING` on.
public final class LogLevels {
  /// A system property that sets the level for the whole process, from its first line on and
  /// whatever the configuration says: `off`, `error`, `warning`, `info` or `debug`.
  public static final String PROPERTY = "posthorn.log.level";

  /// Loggers of the product start with this.
  static final String OURS = "posthorn";

  private static final List<Level> KNOWN =
      List.of(Level.OFF, Level.ERROR, Level.WARNING, Level.INFO, Level.DEBUG);

  private static final LogLevels PROCESS = new LogLevels(System.getProperty(PROPERTY));

  private final String given; // null: the configuration decides
  private volatile Level ours;

  /// @param given the property's value, or null
  LogLevels(String given) {
    this.given = given;
    this.ours = given == null ? Level.INFO : parse(given, Level.INFO);
  }

  /// The levels of this process.
  public static LogLevels process() {
    return PROCESS;
  }

  /// Sets the level of the product's own loggers, unless the property has done so.
  ///
  /// @throws IllegalArgumentException when the property names no level
  public void set(Level level) {
    if (given == null) {
      ours = level;
    } else if (parse(given, null) == null) {
      throw new IllegalArgumentException(
          PROPERTY + ": " + given + " is not one of off, error, warning, info, debug");
    }
  }

  private static Level parse(String word, Level otherwise) {
    return KNOWN.stream()
        .filter(l -> l.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst()
        .orElse(otherwise);
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
