package org.posthorn.net;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import jdk.net.ExtendedSocketOptions;

/// Accepts connections at one address and runs the handler on a virtual thread for each.
///
/// Life: [#open] → accepting → [#drain] or [#close]. A connection's thread goes through PROXY
/// header, limits, TLS if it is implicit, handler, close; whatever the handler throws ends in the
/// close.
public final class Listener implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final Duration BACK_OFF_FIRST = Duration.ofMillis(50);
  private static final Duration BACK_OFF_MAX = Duration.ofSeconds(1);
  private static final Duration WATCH_MIN = Duration.ofMillis(10);
  private static final Duration WATCH_MAX = Duration.ofSeconds(5);

  /// After connections are cut, their handlers have so long to notice.
  private static final Duration CUT_GRACE = Duration.ofSeconds(5);

  // A peer that vanished without a word is noticed after 15 minutes.
  private static final int KEEPALIVE_IDLE_SECONDS = 600;
  private static final int KEEPALIVE_INTERVAL_SECONDS = 60;
  private static final int KEEPALIVE_COUNT = 5;

  private static final System.Logger LOG = System.getLogger("posthorn.net");

  /// Speaks a protocol over one connection.
  @FunctionalInterface
  public interface Handler {
    void serve(Connection c) throws IOException;
  }

  private final ListenerConfig config;
  private final Limits limits;
  private final Supplier<TlsContexts> tls; // null: the mode is NONE
  private final Ticker ticker;
  private final Handler handler;
  private final ServerSocketChannel server;
  private final InetSocketAddress address;
  private final Object ended = new Object(); // told when a connection ends
  private final Object stopped = new Object(); // told when accepting ends
  private int serving; // threads of connections, guarded by ended
  private volatile boolean draining;

  private Listener(
      ListenerConfig config,
      Limits limits,
      Supplier<TlsContexts> tls,
      Ticker ticker,
      Handler handler)
      throws IOException {
    this.config = config;
    this.limits = limits;
    this.tls = tls;
    this.ticker = ticker;
    this.handler = handler;
    this.server = bind(config.bind());
    this.address = Addresses.normalise((InetSocketAddress) server.getLocalAddress());
  }

  /// Starts accepting; each connection runs `handler` on its own virtual thread and is closed when
  /// that returns or throws.
  ///
  /// @param tls null if and only if the listener's mode is NONE
  public static Listener open(
      ListenerConfig config, Limits limits, TlsContexts tls, Ticker ticker, Handler handler)
      throws IOException {
    return openEarly(config, limits, tls == null ? null : () -> tls, ticker, handler);
  }

  /// The same, while certificates are still being read.
  ///
  /// @param tls null if and only if the listener's mode is NONE; whoever begins TLS waits for what
  ///   it gives, and is cut off if it throws
  public static Listener openEarly(
      ListenerConfig config,
      Limits limits,
      Supplier<TlsContexts> tls,
      Ticker ticker,
      Handler handler)
      throws IOException {
    if (tls == null != (config.tls() == TlsMode.NONE)) {
      throw new IllegalArgumentException(
          config.name() + ": TLS and no certificates, or the reverse");
    }
    Listener listener = new Listener(config, limits, tls, ticker, handler);
    Thread.ofVirtual().name(config.name() + " accept").start(listener::accept);
    Thread.ofVirtual().name(config.name() + " watch").start(listener::watch);
    return listener;
  }

  private static ServerSocketChannel bind(InetSocketAddress wanted) throws IOException {
    InetSocketAddress bind = Addresses.normalise(wanted);
    boolean six = bind.getAddress() instanceof Inet6Address;
    if (six && bind.getAddress().isAnyLocalAddress() && !Addresses.ipv6Available()) {
      bind = new InetSocketAddress(Addresses.parse("0.0.0.0"), bind.getPort());
      six = false;
    }
    ProtocolFamily family = six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    ServerSocketChannel channel;
    try {
      channel = ServerSocketChannel.open(family);
    } catch (UnsupportedOperationException e) {
      throw new IOException("this machine has no IPv6: cannot listen on " + bind, e);
    }
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.bind(bind, BACKLOG);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw new IOException("cannot listen on " + bind + ": " + e.getMessage(), e);
    }
  }

  /// Where it listens, with the real port.
  public InetSocketAddress address() {
    return address;
  }

  public ListenerConfig config() {
    return config;
  }

  /// Connections of this listener that are open.
  public int connections() {
    synchronized (ended) {
      return serving;
    }
  }

  Limits limits() {
    return limits;
  }

  Ticker ticker() {
    return ticker;
  }

  TlsContexts tls() {
    return tls.get();
  }

  boolean draining() {
    return draining;
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        acceptUntilClosed();
      } catch (RuntimeException | Error e) {
        // Without memory or files even the log may fail; accepting must go on when there are again.
        limits.counters().acceptsFailed.increment();
        pause(ended, BACK_OFF_MAX.toMillis());
      }
    }
  }

  private void acceptUntilClosed() {
    long backOff = BACK_OFF_FIRST.toMillis();
    while (server.isOpen()) {
      try {
        begin(server.accept());
        backOff = BACK_OFF_FIRST.toMillis();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        // Too many open files, most often: the pending connection stays pending, so trying again at
        // once would spin. Connections that end make room.
        limits.counters().acceptsFailed.increment();
        LOG.log(WARNING, "accept-failed listener={0} error={1}", config.name(), e.getMessage());
        pause(ended, backOff);
        backOff = Math.min(backOff * 2, BACK_OFF_MAX.toMillis());
      }
    }
  }

  private void begin(SocketChannel channel) {
    limits.counters().accepted.increment();
    if (!limits.enter()) {
      limits.counters().refusedFull.increment();
      LOG.log(INFO, "conn-refused listener={0} reason={1}", config.name(), "full");
      refuse(channel);
      return;
    }
    synchronized (ended) {
      serving++;
    }
    Service service = new Service(channel);
    try {
      Thread.ofVirtual().name(config.name()).start(service);
    } catch (RuntimeException | Error e) {
      service.end(null);
      throw e;
    }
  }

  private void refuse(SocketChannel channel) {
    try (channel) {
      if (config.tls() != TlsMode.IMPLICIT) {
        // Fits the empty send buffer of a new socket, so it does not wait.
        channel.write(ByteBuffer.wrap(config.refusal().getBytes(StandardCharsets.US_ASCII)));
        channel.shutdownOutput();
      }
    } catch (IOException e) {
      LOG.log(DEBUG, "refusal-failed", e);
    }
  }

  /// What a connection's thread runs. It calls the handler from its outermost method: every frame
  /// below a waiting read is memory, ten thousand times.
  private final class Service implements Runnable {
    private final SocketChannel channel;
    private InetAddress counted; // the key under which limits have it, null if they do not

    Service(SocketChannel channel) {
      this.channel = channel;
    }

    @Override
    public void run() {
      Connection connection = null;
      try {
        connection = open();
        if (connection != null) {
          handler.serve(connection);
        }
      } catch (IOException e) {
        LOG.log(DEBUG, "conn-ended error={0}", String.valueOf(e.getMessage()));
      } catch (RuntimeException | Error e) {
        limits.counters().handlersFailed.increment();
        LOG.log(ERROR, "conn-failed listener={0}", config.name(), e);
      } finally {
        end(connection);
      }
    }

    /// Everything before the handler.
    ///
    /// @return null if the handler is not to be called
    private Connection open() throws IOException {
      options(channel);
      Connection connection = new Connection(Listener.this, channel);
      connection.register();
      try {
        if (admit(connection)) {
          return connection;
        }
      } catch (IOException | RuntimeException | Error e) {
        connection.close();
        throw e;
      }
      connection.close();
      return null;
    }

    private boolean admit(Connection connection) throws IOException {
      if (draining) {
        return false;
      }
      if (config.proxies().contains(connection.remote().getAddress())) {
        connection.readProxyHeader();
      }
      InetAddress remote = connection.remote().getAddress();
      connection.trust(limits.exempts(remote));
      if (!connection.trusted()) {
        InetAddress key = Addresses.limitKey(remote);
        if (!limits.enter(key)) {
          limits.counters().refusedAddress.increment();
          LOG.log(INFO, "conn-refused listener={0} ip={1}", config.name(), remote.getHostAddress());
          refuse(channel);
          return false;
        }
        counted = key;
      }
      if (config.tls() == TlsMode.IMPLICIT) {
        connection.handshake();
      }
      return true;
    }

    private void end(Connection connection) {
      try (channel) {
        if (connection != null) {
          connection.close();
        }
      } catch (IOException e) {
        LOG.log(DEBUG, "close-failed", e);
      } finally {
        if (counted != null) {
          limits.leave(counted);
        }
        limits.leave();
        synchronized (ended) {
          serving--;
          ended.notifyAll();
        }
      }
    }
  }

  private static void options(SocketChannel channel) throws IOException {
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (channel.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
      channel.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, KEEPALIVE_IDLE_SECONDS);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, KEEPALIVE_INTERVAL_SECONDS);
      channel.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, KEEPALIVE_COUNT);
    }
  }

  /// Cuts connections whose peer does not read what we write.
  private void watch() {
    long limit = config.writeTimeout().toNanos();
    long every =
        Math.clamp(
            config.writeTimeout().toMillis() / 8, WATCH_MIN.toMillis(), WATCH_MAX.toMillis());
    while (server.isOpen() || connections() > 0) {
      pause(stopped, every);
      for (Connection connection : Connection.all()) {
        if (connection.isOf(this) && connection.stalled(limit)) {
          limits.counters().writesStalled.increment();
          LOG.log(
              INFO,
              "write-stalled conn={0} ip={1}",
              connection.id(),
              connection.remote().getAddress().getHostAddress());
          connection.cut();
        }
      }
    }
  }

  private static void pause(Object until, long millis) {
    synchronized (until) {
      try {
        until.wait(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Stops accepting, ends connections that wait for a command, lets the others finish the one they
  /// are at, and cuts what is left after `within`. Returns when all are gone.
  public void drain(Duration within) {
    draining = true;
    try {
      server.close();
    } catch (IOException e) {
      LOG.log(WARNING, "close-failed listener={0}", config.name(), e);
    }
    synchronized (stopped) {
      stopped.notifyAll();
    }
    Connection.all().stream().filter(c -> c.isOf(this)).forEach(Connection::drain);
    if (!awaitGone(within)) {
      Connection.all().stream().filter(c -> c.isOf(this)).forEach(Connection::cut);
      awaitGone(CUT_GRACE);
    }
  }

  private boolean awaitGone(Duration within) {
    long start = ticker.nanos();
    synchronized (ended) {
      while (serving > 0) {
        long left = within.toNanos() - (ticker.nanos() - start);
        if (left <= 0) {
          return false;
        }
        try {
          ended.wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    }
    return true;
  }

  /// Stops accepting and cuts every connection.
  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
