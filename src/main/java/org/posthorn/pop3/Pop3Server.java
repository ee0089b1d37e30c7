package org.posthorn.pop3;

import java.io.IOException;
import org.posthorn.directory.Directory;
import org.posthorn.net.Connection;
import org.posthorn.net.Listener;
import org.posthorn.net.Ticker;
import org.posthorn.store.Store;

/// Serves POP3 on all listeners of a server. One instance for all of them: its sessions exclude one
/// another from an account.
public final class Pop3Server implements Listener.Handler {
  private final Pop3Config config;
  private final Store store;
  private final Directory directory;
  private final Claims claims;
  private final Counters counters = new Counters();

  public Pop3Server(Pop3Config config, Store store, Directory directory, Ticker ticker) {
    this.config = config;
    this.store = store;
    this.directory = directory;
    this.claims = new Claims(ticker, counters);
  }

  /// What to say to a connection that a limit keeps out ([org.posthorn.net.ListenerConfig]).
  public static String refusal() {
    return "-ERR [SYS/TEMP] too many connections\r\n";
  }

  /// Talks until one side ends it. Runs on the connection's thread.
  @Override
  public void serve(Connection connection) throws IOException {
    counters.sessions.increment();
    counters.open.increment();
    try {
      new Pop3Session(connection, this).run();
    } finally {
      counters.open.decrement();
    }
  }

  public Counters counters() {
    return counters;
  }

  Pop3Config config() {
    return config;
  }

  Store store() {
    return store;
  }

  Directory directory() {
    return directory;
  }

  Claims claims() {
    return claims;
  }
}
