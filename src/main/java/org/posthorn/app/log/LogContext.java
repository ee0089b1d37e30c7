package org.posthorn.app.log;

/// Adds to each line what the thread that logs is about.
interface LogContext {
  void write(Logfmt line);

  /// The connection served by the current thread, if any.
  static LogContext ofConnection() {
    return line -> {};
  }
}
