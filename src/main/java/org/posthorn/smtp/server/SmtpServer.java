package org.posthorn.smtp.server;

import java.io.IOException;
import java.time.InstantSource;
import org.posthorn.net.Connection;
import org.posthorn.net.Listener;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend;

/// One SMTP, submission or LMTP listener's part of the conversation. Stateless but for counters:
/// each connection has an [SmtpSession] on its own virtual thread.
public final class SmtpServer implements Listener.Handler {
  private final SmtpConfig config;
  private final Backend backend;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Counters counters = new Counters();

  /// @param clock for what clients ask to be done at a time of day
  public SmtpServer(SmtpConfig config, Backend backend, InstantSource clock, Ticker ticker) {
    this.config = config;
    this.backend = backend;
    this.clock = clock;
    this.ticker = ticker;
  }

  /// What to say to a connection that a limit keeps out ([org.posthorn.net.ListenerConfig]).
  public static String refusal(String hostname) {
    return "421 4.7.0 " + hostname + " Too many connections\r\n";
  }

  @Override
  public void serve(Connection connection) throws IOException {
    counters.sessions.increment();
    counters.open.increment();
    try {
      new SmtpSession(connection, this).run();
    } finally {
      counters.open.decrement();
    }
  }

  public Counters counters() {
    return counters;
  }

  SmtpConfig config() {
    return config;
  }

  Backend backend() {
    return backend;
  }

  InstantSource clock() {
    return clock;
  }

  Ticker ticker() {
    return ticker;
  }
}
