package org.posthorn.smtp.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.posthorn.net.Limits;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;
import org.posthorn.smtp.Backend;

/// A real listener on a free port.
public final class TestServer implements AutoCloseable {
  /// What the clock of every server shows.
  static final Instant NOW = Instant.parse("2026-11-30T12:00:00.5Z");

  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  private final SmtpServer server;
  private final Listener listener;
  private final List<SmtpTalk> talks = new CopyOnWriteArrayList<>();

  private TestServer(
      SmtpConfig config, Backend backend, TlsMode mode, TlsContexts tls, Ticker ticker) {
    server = new SmtpServer(config, backend, CLOCK, ticker);
    var bind = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    try {
      listener =
          Listener.open(ListenerConfig.of("smtp", bind, mode), new Limits(), tls, ticker, server);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TestServer open(SmtpConfig config, Backend backend) {
    return new TestServer(config, backend, TlsMode.NONE, null, Ticker.SYSTEM);
  }

  public static TestServer open(SmtpConfig config, Backend backend, TlsMode mode, TlsContexts tls) {
    return new TestServer(config, backend, mode, tls, Ticker.SYSTEM);
  }

  /// With a clock that the test moves.
  public static TestServer open(SmtpConfig config, Backend backend, Ticker ticker) {
    return new TestServer(config, backend, TlsMode.NONE, null, ticker);
  }

  /// A session past the greeting.
  public SmtpTalk connect() {
    SmtpTalk talk = connectSilently();
    talk.expectLine("220 foo.com");
    return talk;
  }

  public SmtpTalk connectSilently() {
    var talk = new SmtpTalk(listener.address());
    talks.add(talk);
    return talk;
  }

  public Counters counters() {
    return server.counters();
  }

  public Listener listener() {
    return listener;
  }

  public InetSocketAddress address() {
    return listener.address();
  }

  @Override
  public void close() {
    talks.forEach(SmtpTalk::close);
    listener.drain(Duration.ofSeconds(5));
    listener.close();
  }
}
