package org.posthorn.net;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// One accepted connection, from after the PROXY header to the close.
///
/// Belongs to the virtual thread that runs its handler. Other threads may write to [#out], ask
/// [#draining] and [#close]; closing from another thread cuts the connection at once, closing from
/// its own says goodbye first.
public final class Connection extends Carrier {
  /// For the whole of a PROXY header.
  static final Duration PROXY_TIMEOUT = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger("posthorn.net");

  // Every open connection by its thread. A ScopedValue would say the same, but its frames and
  // objects stay on the stack of every idle connection.
  private static final ConcurrentHashMap<Thread, Connection> OPEN = new ConcurrentHashMap<>();

  private static final AtomicLong NUMBERS = new AtomicLong(firstNumber());

  private final Listener listener;
  private final long number = NUMBERS.getAndIncrement();
  private boolean trusted;
  private List<String> clientAddresses = List.of(); // of a client whose certificate is good
  private boolean begun; // the peer's first octets were seen
  private boolean atBoundary; // guarded by wire

  Connection(Listener listener, SocketChannel channel) throws IOException {
    super(channel, listener.limits().buffers(), listener.ticker());
    this.listener = listener;
  }

  /// The connection whose thread this is, or null.
  public static Connection current() {
    return OPEN.get(Thread.currentThread());
  }

  /// All connections of all listeners of the process.
  static Collection<Connection> all() {
    return OPEN.values();
  }

  void register() {
    OPEN.put(owner(), this);
  }

  boolean isOf(Listener other) {
    return listener == other;
  }

  private static long firstNumber() {
    // Six digits to base 36 from a random start: short, and seldom the same after a restart.
    long first = Long.parseLong("100000", 36);
    return first + new java.security.SecureRandom().nextLong(first * 34);
  }

  /// Short, and unique in the process.
  public String id() {
    return Long.toString(number, 36);
  }

  /// Whether the peer is exempt from limits per address: this machine, or a named network.
  public boolean trusted() {
    return trusted;
  }

  /// What a login can build on; empty in clear.
  public Optional<TlsChannel> tlsChannel() {
    return tlsSession().map(s -> new TlsChannel(s, clientAddresses));
  }

  public boolean canStartTls() {
    return tls == null && listener.config().tls() == TlsMode.STARTTLS;
  }

  /// Sends what is in [#out], forgets everything read so far, and makes a TLS handshake as the
  /// server. The caller forgets what it knows of the session.
  ///
  /// @throws IOException when it fails; the connection is then of no use
  public void startTls() throws IOException {
    if (!canStartTls()) {
      throw new IllegalStateException("no STARTTLS here");
    }
    out().flush();
    in().discard(); // RFC 3207 §4.2, RFC 9051 §6.2.1, RFC 2595 §4: nothing read in clear survives
    handshake();
  }

  /// Whether both directions are compressed.
  public boolean compressed() {
    return deflate != null;
  }

  /// Sends what is in [#out], and from there on compresses both directions (RFC 4978 §3), above
  /// TLS. What was read behind the command is compressed already.
  public void compress() throws IOException {
    if (compressed()) {
      throw new IllegalStateException("compressed already");
    }
    out().flush();
    DeflateLayer layer = new DeflateLayer(this, in().chunk());
    wire.whenResting(layer::rest);
    deflate = layer;
  }

  /// Makes a TLS handshake from what was read and what comes.
  void handshake() throws IOException {
    Counters counters = listener.limits().counters();
    Duration deadline = wire.deadline();
    wire.deadline(listener.config().handshakeTimeout());
    TlsLayer layer = new TlsLayer(listener.tls().engine(listener.config().asksClients()), wire);
    try {
      layer.handshake(in().chunk());
      counters.handshakes.increment();
    } catch (IOException | RuntimeException e) {
      counters.handshakesFailed.increment();
      LOG.log(INFO, "tls-failed listener={0} error={1}", listener.config().name(), e.getMessage());
      out().close(); // nothing may go on in clear
      in().close();
      throw e;
    } finally {
      wire.deadline(deadline);
    }
    clientAddresses = listener.tls().clientAddresses(layer.session());
    tls = layer;
  }

  /// Whether the server is stopping: finish at the next command boundary, with SMTP 421, IMAP BYE.
  public boolean draining() {
    return listener.draining();
  }

  /// Flushes and waits for the first octet of the next command. A server that stops interrupts this
  /// wait, and no other.
  ///
  /// @return false when there is to be no next command: the peer is gone, or the server is
  ///   [#draining]; writing is still possible then
  public boolean awaitCommand() throws IOException {
    synchronized (wire) {
      if (draining()) {
        return false;
      }
      atBoundary = true;
    }
    try {
      // Called straight: see Listener.Service on frames.
      boolean there = in().available() > 0 || !in().ended() && in().filled(fill(in().chunk()));
      return there && !draining();
    } finally {
      synchronized (wire) {
        atBoundary = false;
      }
    }
  }

  /// Whether the peer has sent something that was not read yet. In clear only; does not wait.
  public boolean spoken() throws IOException {
    return in().available() > 0 || wire.available() > 0;
  }

  /// Any thread, after the listener began to drain: wakes the connection if it waits for a command.
  void drain() {
    synchronized (wire) {
      if (atBoundary) {
        wire.endInput();
      }
    }
  }

  @Override
  void gone() {
    OPEN.remove(owner());
  }

  boolean stalled(long limit) {
    return wire.stalled(limit);
  }

  @Override
  boolean fillInClear(Chunk chunk) throws IOException {
    if (!wire.fill(chunk)) {
      return false;
    }
    if (!begun) {
      begun = true;
      if (ProxyHeader.begins(chunk.bytes, chunk.pos, chunk.limit)) {
        chunk.clear(buffers());
        throw refuseProxy("PROXY header from a network that is not named for it");
      }
    }
    return true;
  }

  /// Reads the PROXY header that a named proxy's connection begins with, and takes its addresses.
  void readProxyHeader() throws IOException {
    begun = true;
    wire.deadline(PROXY_TIMEOUT);
    try {
      ProxyHeader header = ProxyHeader.read(in());
      if (header.source() != null) {
        remote = header.source();
        local = header.destination();
      }
    } catch (IOException e) {
      throw refuseProxy(e.getMessage());
    } finally {
      wire.deadline(null);
    }
  }

  private IOException refuseProxy(String why) {
    listener.limits().counters().refusedProxy.increment();
    LOG.log(
        INFO,
        "proxy-refused listener={0} ip={1} reason={2}",
        listener.config().name(),
        remote.getAddress().getHostAddress(),
        why);
    cut();
    return new IOException(why);
  }

  void trust(boolean exempt) {
    trusted = exempt;
  }

  @Override
  public String toString() {
    return id() + " " + remote;
  }
}
