package org.posthorn.app.command;

import java.util.concurrent.CountDownLatch;
import org.posthorn.app.Server;
import org.posthorn.app.log.LogOutput;

/// The life of a server process after its start: it waits for SIGTERM or SIGINT, drains, and exits
/// with status 0.
final class Running {
  private Running() {}

  static int untilStopped(Server server, Io io) {
    CountDownLatch forever = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop"));
    // Whoever waits for READY finds the log complete up to here.
    LogOutput.process().flush();
    io.out().println("READY");
    io.out().flush();
    try {
      forever.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private static void stop(Server server) {
    int status = 0;
    try {
      server.close();
    } catch (RuntimeException e) {
      System.getLogger("posthorn.app").log(System.Logger.Level.ERROR, "stop-failed", e);
      status = 1;
    }
    LogOutput.process().flush();
    // A JVM ended by a signal would exit with 128 + its number; a server that was told to stop and
    // did has not failed.
    Runtime.getRuntime().halt(status);
  }
}
