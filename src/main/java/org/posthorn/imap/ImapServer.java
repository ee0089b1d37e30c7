package org.posthorn.imap;

import java.io.IOException;
import java.time.InstantSource;
import org.posthorn.directory.Directory;
import org.posthorn.net.Connection;
import org.posthorn.net.Ticker;
import org.posthorn.store.Store;

/// Serves IMAP on the connections of one listener, or of several that speak alike.
public final class ImapServer {
  private final ImapConfig config;
  private final Store store;
  private final Directory directory;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Counters counters = new Counters();

  public ImapServer(
      ImapConfig config, Store store, Directory directory, InstantSource clock, Ticker ticker) {
    this.config = config;
    this.store = store;
    this.directory = directory;
    this.clock = clock;
    this.ticker = ticker;
  }

  /// What to say to a connection that a limit keeps out ([org.posthorn.net.ListenerConfig]).
  public static String refusal() {
    // RFC 9051 §7.1.5, RFC 3501 §7.1.5: a BYE instead of a greeting. RFC 5530 §3
    return "* BYE [UNAVAILABLE] Too many connections\r\n";
  }

  /// Talks until one side ends it. Runs on the connection's thread.
  public void serve(Connection c) throws IOException {
    counters.sessions.increment();
    counters.open.increment();
    try {
      new ImapSession(this, c).serve();
    } finally {
      counters.open.decrement();
    }
  }

  public Counters counters() {
    return counters;
  }

  public ImapConfig config() {
    return config;
  }

  public Store store() {
    return store;
  }

  public Directory directory() {
    return directory;
  }

  public InstantSource clock() {
    return clock;
  }

  public Ticker ticker() {
    return ticker;
  }
}
