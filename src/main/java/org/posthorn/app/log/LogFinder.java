package org.posthorn.app.log;

import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Gives the JDK our loggers. Named in `META-INF/services`, hence public with a public constructor.
public final class LogFinder extends System.LoggerFinder {
  private final ConcurrentMap<String, System.Logger> loggers = new ConcurrentHashMap<>();

  @Override
  public System.Logger getLogger(String name, Module module) {
    return loggers.computeIfAbsent(
        name,
        n ->
            new LogfmtLogger(
                n,
                LogLevels.process(),
                LogOutput.process(),
                LogContext.ofConnection(),
                InstantSource.system()));
  }
}
