package org.posthorn.app.log;

import org.posthorn.net.Connection;

/// Adds to each line what the thread that logs is about.
interface LogContext {
  void write(Logfmt line);

  /// The connection served by the current thread, if any.
  static LogContext ofConnection() {
    return line -> {
      Connection connection = Connection.current();
      if (connection != null) {
        line.pair("conn", connection.id())
            .pair("ip", connection.remote().getAddress().getHostAddress())
            .pair("port", connection.remote().getPort());
      }
    };
  }
}
