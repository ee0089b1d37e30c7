package org.posthorn.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLSession;

/// What carries octets between a peer and us, whoever called whom: the socket, above it TLS, above
/// that compression, and on top what is buffered.
abstract sealed class Carrier implements AutoCloseable permits Connection, Outgoing {
  /// After our last octet we read on for so long, or so many octets, until the peer closes: closing
  /// with octets unread makes the kernel send a reset, which can overtake the last reply.
  static final Duration GOODBYE = Duration.ofSeconds(2);

  static final int GOODBYE_MAX = 1 << 20;

  final Wire wire;
  private volatile Thread owner = Thread.currentThread();
  private final Input in = new Input(this);
  private final Output out = new Output(this);
  InetSocketAddress remote;
  InetSocketAddress local;
  volatile TlsLayer tls; // null in clear
  volatile DeflateLayer deflate; // null when nothing is compressed
  private boolean closed;

  Carrier(SocketChannel channel, Buffers buffers, Ticker ticker) throws IOException {
    this.wire = new Wire(channel, buffers, ticker);
    this.remote = address(channel.getRemoteAddress());
    this.local = address(channel.getLocalAddress());
  }

  /// What is at the other end of a Unix-domain socket is on this machine.
  private static InetSocketAddress address(SocketAddress of) {
    return of instanceof InetSocketAddress internet
        ? Addresses.normalise(internet)
        : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  /// Whose thread reads it. The thread that calls goes on with it.
  void adopt() {
    owner = Thread.currentThread();
  }

  Thread owner() {
    return owner;
  }

  /// The peer: the one a trusted proxy names, or the socket's; the loopback address with port 0 at
  /// a Unix-domain socket.
  public InetSocketAddress remote() {
    return remote;
  }

  public InetSocketAddress local() {
    return local;
  }

  /// Whether TLS is on.
  public boolean secure() {
    return tls != null;
  }

  public Optional<SSLSession> tlsSession() {
    TlsLayer layer = tls;
    return layer == null ? Optional.empty() : Optional.of(layer.session());
  }

  /// The limit of each single wait for input, 5 minutes until set. A wait that exceeds it throws
  /// [java.net.SocketTimeoutException]; the connection can still be used.
  public void timeout(Duration perRead) {
    wire.timeout(perRead);
  }

  /// The limit of all coming waits for input together, from now; null lifts it. Exceeding it throws
  /// [java.net.SocketTimeoutException].
  public void deadline(Duration total) {
    wire.deadline(total);
  }

  public Input in() {
    return in;
  }

  public Output out() {
    return out;
  }

  /// Flushes, ends TLS and the stream, and waits a moment for the peer to do the same. From another
  /// thread, closes at once.
  @Override
  public void close() {
    if (Thread.currentThread() != owner) {
      cut();
      return;
    }
    if (closed) {
      return;
    }
    closed = true;
    try {
      out.flush();
      out.close();
      if (deflate != null) {
        deflate.finish();
      }
      if (tls != null) {
        tls.close();
      }
      wire.channel.shutdownOutput();
      awaitGoodbye();
    } catch (IOException e) {
      // The peer went first.
    } finally {
      out.close();
      in.close();
      if (deflate != null) {
        deflate.release();
      }
      if (tls != null) {
        tls.release();
      }
      wire.cut();
      gone();
    }
  }

  /// Told once, when everything is closed.
  abstract void gone();

  private void awaitGoodbye() throws IOException {
    if (wire.ended()) {
      return;
    }
    in.discard();
    wire.deadline(GOODBYE);
    Chunk ignored = new Chunk();
    try {
      for (int n = 0; n < GOODBYE_MAX && wire.fill(ignored); ) {
        n += ignored.size();
        ignored.pos = ignored.limit;
      }
    } finally {
      ignored.clear(buffers());
    }
  }

  /// Any thread: closes the socket at once. Who reads or writes gets an IOException from what he
  /// does next.
  void cut() {
    wire.cut();
  }

  boolean fill(Chunk chunk) throws IOException {
    out.flush();
    return deflate != null ? deflate.fill(chunk) : fillBelow(chunk);
  }

  /// Fills from what lies under the compression.
  boolean fillBelow(Chunk chunk) throws IOException {
    return tls != null ? tls.fill(chunk) : fillInClear(chunk);
  }

  boolean fillInClear(Chunk chunk) throws IOException {
    return wire.fill(chunk);
  }

  void send(byte[] bytes, int off, int len) throws IOException {
    if (deflate != null) {
      deflate.write(bytes, off, len);
    } else {
      sendBelow(bytes, off, len);
    }
  }

  /// Sends what a layer holds back of what was sent.
  void flushLayers() throws IOException {
    if (deflate != null) {
      deflate.flush();
    }
  }

  void sendBelow(byte[] bytes, int off, int len) throws IOException {
    if (tls != null) {
      tls.write(bytes, off, len);
    } else {
      wire.write(bytes, off, len);
    }
  }

  Buffers buffers() {
    return wire.buffers;
  }
}
