package org.posthorn.net;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ProtocolFamily;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// Makes connections to other servers. Any thread may dial.
///
/// A blocking write has no timeout, nor has a read from a Unix-domain socket. So one virtual thread
/// looks, while connections are open, for those that go on beyond their connection's deadline, and
/// cuts them.
public final class Dialer implements AutoCloseable {
  private static final Duration WATCH_EVERY = Duration.ofMillis(250);

  /// A Unix-domain socket whose queue is full is tried again after this.
  private static final Duration FULL_WAIT = Duration.ofMillis(20);

  private final Ticker ticker;
  private final Buffers buffers = new Buffers();
  private final Set<Outgoing> open = ConcurrentHashMap.newKeySet();
  private final Object news = new Object();
  private volatile boolean closed;

  public Dialer(Ticker ticker) {
    this.ticker = ticker;
    Thread.ofVirtual().name("dialer watch").start(this::watch);
  }

  /// What its deadlines are measured with.
  public Ticker ticker() {
    return ticker;
  }

  Buffers buffers() {
    return buffers;
  }

  /// Connections that are open now.
  public int connections() {
    return open.size();
  }

  /// Bytes of buffers that connections hold now.
  public long bufferBytes() {
    return (long) buffers.inUse() * Buffers.SIZE;
  }

  /// Connects. The caller closes what he gets.
  ///
  /// @param from address of this machine to connect from; null: the kernel's choice
  /// @param within for the connection alone
  /// @throws ConnectException when nothing listens there
  /// @throws java.net.SocketTimeoutException when nobody answers in time
  /// @throws NoRouteToHostException when there is no way to that host
  /// @throws IOException when it fails otherwise
  public Outgoing dial(InetSocketAddress to, InetAddress from, Duration within) throws IOException {
    if (closed) {
      throw stopped();
    }
    InetSocketAddress target = Addresses.normalise(to);
    boolean six = target.getAddress() instanceof Inet6Address;
    ProtocolFamily family = six ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    SocketChannel channel;
    try {
      channel = SocketChannel.open(family);
    } catch (UnsupportedOperationException e) {
      throw noRoute("this machine has no IPv6", e);
    }
    try {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      connect(channel, target, from, within);
      return made(channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /// Connects to a program on this machine. The caller closes what he gets; an exceeded deadline
  /// ends the connection, whether it was reading or writing.
  ///
  /// @param within for the connection alone
  /// @throws java.net.SocketTimeoutException when the program takes no connections in time
  /// @throws IOException when it fails otherwise: nobody listens, or we may not
  public Outgoing dial(UnixDomainSocketAddress to, Duration within) throws IOException {
    long start = ticker.nanos();
    while (!closed) {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      try {
        channel.configureBlocking(false); // or the kernel would wait as long as the queue is full
        if (channel.connect(to)) {
          channel.configureBlocking(true);
          return made(channel);
        }
        channel.close();
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
      if (ticker.nanos() - start >= within.toNanos()) {
        throw new SocketTimeoutException("no room in the queue of " + to);
      }
      await(FULL_WAIT);
    }
    throw stopped();
  }

  private Outgoing made(SocketChannel channel) throws IOException {
    Outgoing made = new Outgoing(this, channel);
    open.add(made);
    synchronized (news) {
      news.notifyAll();
    }
    if (closed) {
      made.cut(); // the close may not have seen it
    }
    return made;
  }

  private static void await(Duration time) throws IOException {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static IOException stopped() {
    return new IOException("no more connections: the server stops");
  }

  private static void connect(
      SocketChannel channel, InetSocketAddress target, InetAddress from, Duration within)
      throws IOException {
    try {
      if (from != null) {
        channel.bind(new InetSocketAddress(from, 0));
      }
      channel.socket().connect(target, Math.clamp(within.toMillis(), 1, Integer.MAX_VALUE));
    } catch (ConnectException e) {
      // The kernel says "Connection refused", "Network is unreachable" and more with one exception.
      if (String.valueOf(e.getMessage()).contains("refused")) {
        throw e;
      }
      throw noRoute(e.getMessage(), e);
    } catch (java.nio.channels.UnsupportedAddressTypeException e) {
      throw noRoute("no address of that family to connect from", e);
    }
    if (channel.getLocalAddress().equals(channel.getRemoteAddress())) {
      // The kernel picked the port we call, where nobody listens: TCP connects a socket to itself.
      throw new ConnectException("Connection refused");
    }
  }

  private static NoRouteToHostException noRoute(String text, Exception cause) {
    NoRouteToHostException made = new NoRouteToHostException(text);
    made.initCause(cause);
    return made;
  }

  void forget(Outgoing gone) {
    open.remove(gone);
  }

  private void watch() {
    while (!closed) {
      synchronized (news) {
        try {
          if (open.isEmpty()) {
            news.wait();
          } else {
            news.wait(TimeUnit.NANOSECONDS.toMillis(WATCH_EVERY.toNanos()));
          }
        } catch (InterruptedException e) {
          return;
        }
      }
      open.forEach(Outgoing::cutIfLate);
    }
  }

  /// Dials no more and cuts every connection.
  @Override
  public void close() {
    closed = true;
    synchronized (news) {
      news.notifyAll();
    }
    open.forEach(Outgoing::cut);
  }
}
