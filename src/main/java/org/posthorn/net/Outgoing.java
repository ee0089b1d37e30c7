package org.posthorn.net;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLException;

/// One connection that we made, from [Dialer#dial] to the close.
///
/// Belongs to the thread that dialled. Its [#deadline] holds for reading and for writing: a peer
/// that takes octets slower than that is cut off, too. Other threads may [#close] it, which cuts.
public final class Outgoing extends Carrier {
  private final Dialer dialer;
  private TlsReport report; // null in clear
  private volatile boolean late; // cut because something took beyond the deadline

  Outgoing(Dialer dialer, SocketChannel channel) throws IOException {
    super(channel, dialer.buffers(), dialer.ticker());
    this.dialer = dialer;
  }

  /// Sends what is in [#out], forgets everything read so far, and makes a TLS handshake as the
  /// client. Any certificate will do; the report says what it is worth.
  ///
  /// @param asked whom we ask for (SNI, RFC 6066 §3): a host name, or an address literal
  /// @param name who the certificate must be for, in the same forms; mostly the same
  /// @throws SocketTimeoutException when the deadline passes
  /// @throws IOException when it fails otherwise; the connection is then of no use
  public TlsReport startTls(String asked, String name, ServerAuthorities authorities)
      throws IOException {
    if (secure()) {
      throw new IllegalStateException("TLS already");
    }
    out().flush();
    in().discard(); // RFC 3207 §4.2: nothing read in clear survives
    TlsLayer layer = new TlsLayer(authorities.engine(asked, remote().getPort()), wire);
    try {
      layer.handshake(in().chunk());
    } catch (IOException e) {
      out().close(); // nothing may go on in clear
      in().close();
      throw late(e);
    } catch (RuntimeException e) {
      out().close();
      in().close();
      throw new SSLException("handshake failed: " + e.getMessage(), e);
    }
    report = authorities.report(layer.session(), name);
    tls = layer;
    return report;
  }

  /// Null in clear.
  public TlsReport tlsReport() {
    return report;
  }

  @Override
  void sendBelow(byte[] bytes, int off, int len) throws IOException {
    try {
      super.sendBelow(bytes, off, len);
    } catch (IOException e) {
      throw late(e);
    }
  }

  @Override
  boolean fillInClear(Chunk chunk) throws IOException {
    try {
      return super.fillInClear(chunk);
    } catch (IOException e) {
      throw late(e);
    }
  }

  private IOException late(IOException e) {
    if (!late) {
      return e;
    }
    SocketTimeoutException timeout = new SocketTimeoutException("the peer is too slow");
    timeout.initCause(e);
    return timeout;
  }

  /// Any thread: cuts the connection if a write, or a read that does not end by itself, has gone on
  /// beyond the deadline.
  void cutIfLate() {
    if (wire.writesLate() || wire.readsLate()) {
      late = true;
      cut();
    }
  }

  /// Any thread: closes the socket at once. Who reads or writes gets an IOException from what he
  /// does next; then he closes.
  @Override
  public void cut() {
    super.cut();
  }

  @Override
  public void close() {
    deadline(GOODBYE);
    super.close();
  }

  /// From now on it belongs to the thread that calls; the one that had it does nothing more with
  /// it.
  @Override
  public void adopt() {
    super.adopt();
  }

  /// Closes at once, when the peer deserves no goodbye.
  public void abandon() {
    cut();
    close();
  }

  @Override
  void gone() {
    dialer.forget(this);
  }

  @Override
  public String toString() {
    return String.valueOf(remote());
  }
}
