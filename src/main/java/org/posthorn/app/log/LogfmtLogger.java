package org.posthorn.app.log;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.ResourceBundle;

/// A logger that writes logfmt lines: time, level, event, its pairs, then the connection.
final class LogfmtLogger implements System.Logger {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /// Frames of a stack trace worth keeping.
  private static final int FRAMES_MAX = 24;

  private static final int CAUSES_MAX = 4;

  private final String name;
  private final LogLevels levels;
  private final LogOutput output;
  private final LogContext context;
  private final InstantSource clock;

  LogfmtLogger(
      String name, LogLevels levels, LogOutput output, LogContext context, InstantSource clock) {
    this.name = name;
    this.levels = levels;
    this.output = output;
    this.context = context;
    this.clock = clock;
  }

  @Override
  public String getName() {
    return name;
  }

  @Override
  public boolean isLoggable(Level level) {
    return levels.isLoggable(name, level);
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
    if (isLoggable(level)) {
      write(level, message, thrown);
    }
  }

  @Override
  public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
    if (isLoggable(level)) {
      Object[] values = parameters == null ? new Object[0] : parameters;
      write(level, format, thrown(format, values), values);
    }
  }

  /// The last parameter if it is an exception that the format does not place, so that an event can
  /// have values and a trace; System.Logger has no method for that.
  private static Throwable thrown(String format, Object[] values) {
    int last = values.length - 1;
    return last >= 0
            && values[last] instanceof Throwable t
            && format != null
            && !format.contains("{" + last + "}")
        ? t
        : null;
  }

  private void write(Level level, String message, Throwable thrown, Object... values) {
    Logfmt line = new Logfmt();
    line.pair("time", TIME.format(clock.instant()));
    line.pair("level", level.getName().toLowerCase(Locale.ROOT));
    Event.write(line, message == null ? "" : message, values);
    context.write(line);
    if (thrown != null) {
      line.pair("error", thrown);
      line.pair("trace", trace(thrown), Logfmt.TRACE_MAX);
    }
    if (!name.startsWith(LogLevels.OURS)) {
      line.pair("logger", name);
    }
    output.add(line.line());
  }

  private static String trace(Throwable thrown) {
    StringBuilder text = new StringBuilder();
    Throwable at = thrown;
    for (int cause = 0; at != null && cause < CAUSES_MAX; cause++) {
      if (cause > 0) {
        text.append(" caused by ").append(at);
      }
      StackTraceElement[] frames = at.getStackTrace();
      for (int i = 0; i < Math.min(frames.length, FRAMES_MAX); i++) {
        text.append(text.isEmpty() ? "" : " < ").append(frames[i]);
      }
      at = at.getCause();
    }
    return text.toString();
  }
}
