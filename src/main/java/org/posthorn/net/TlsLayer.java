package org.posthorn.net;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/// TLS between a [Wire] and a connection's input and output: an `SSLEngine` and what arrived and is
/// not decrypted yet. Holds a pooled buffer for that only while there is something, and for a
/// moment longer.
///
/// Reading belongs to the connection's thread. Writing may come from two threads; `this` guards the
/// engine's `wrap`.
final class TlsLayer {
  /// Records in a row that bring no data, such as key updates, before the peer is cut off.
  private static final int EMPTY_RECORDS_MAX = 32;

  /// Steps of a handshake; a full one with client and provider at their most talkative takes some
  /// dozens.
  private static final int HANDSHAKE_STEPS_MAX = 1000;

  /// Records of our own that say why we close.
  private static final int CLOSING_RECORDS_MAX = 4;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final Wire wire;
  private final Chunk net = new Chunk();
  private boolean ended; // by close_notify: what follows in clear is not ours to read

  TlsLayer(SSLEngine engine, Wire wire) {
    this.engine = engine;
    this.wire = wire;
  }

  SSLSession session() {
    return engine.getSession();
  }

  /// Makes the handshake. While it waits for the peer it holds no buffer but what came of a record:
  /// half a handshake is cheap to send.
  ///
  /// @param arrived what was read behind a PROXY header and belongs to the handshake
  void handshake(Chunk arrived) throws IOException {
    net.takeFrom(arrived);
    try {
      engine.beginHandshake();
      for (int step = 0; step < HANDSHAKE_STEPS_MAX; step++) {
        switch (engine.getHandshakeStatus()) {
          case NEED_TASK -> runTasks();
          case NEED_WRAP -> sendFlight();
          case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> receiveHandshake();
          case NOT_HANDSHAKING, FINISHED -> {
            return;
          }
        }
      }
      throw new SSLException("endless handshake");
    } catch (SSLException e) {
      sendLast(); // the engine holds the alert that explains it
      release();
      throw e;
    } catch (IOException | RuntimeException e) {
      release();
      throw e;
    }
  }

  /// Several records go out together, so that the certificate does not travel in slices.
  private void sendFlight() throws IOException {
    byte[] scratch = wire.buffers.take();
    byte[] flight = wire.buffers.take();
    try {
      sendFlight(scratch, flight);
    } finally {
      wire.buffers.give(scratch);
      wire.buffers.give(flight);
    }
    if (engine.isOutboundDone()) {
      throw new EOFException("TLS ended in the handshake");
    }
  }

  private void sendFlight(byte[] scratch, byte[] flight) throws IOException {
    int count = 0;
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      SSLEngineResult result = engine.wrap(NOTHING, ByteBuffer.wrap(scratch));
      int produced = result.bytesProduced();
      if (count + produced > flight.length) {
        wire.write(flight, 0, count);
        count = 0;
      }
      System.arraycopy(scratch, 0, flight, count, produced);
      count += produced;
      if (result.getStatus() != Status.OK || produced == 0) {
        break;
      }
    }
    wire.write(flight, 0, count);
  }

  private void receiveHandshake() throws IOException {
    if (net.isEmpty() && engine.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
      receive();
    }
    SSLEngineResult result;
    byte[] scratch = wire.buffers.take();
    try {
      result =
          engine.unwrap(ByteBuffer.wrap(net.bytes, net.pos, net.size()), ByteBuffer.wrap(scratch));
    } finally {
      wire.buffers.give(scratch);
    }
    net.pos += result.bytesConsumed();
    if (result.bytesProduced() > 0) {
      throw new SSLException("data in the handshake");
    }
    switch (result.getStatus()) {
      case OK -> {}
      case BUFFER_UNDERFLOW -> receive();
      case BUFFER_OVERFLOW -> throw new SSLException("record too long");
      case CLOSED -> throw new EOFException("peer ended TLS in the handshake");
    }
  }

  private void receive() throws IOException {
    if (!wire.fill(net)) {
      throw new EOFException("peer closed in the handshake");
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  /// Waits for data and puts one record of it into `app`, which is empty.
  ///
  /// @return false at the end: the peer's close_notify, or the end of the TCP stream. The languages
  ///   above mark their ends themselves, so one is as good as the other.
  boolean fill(Chunk app) throws IOException {
    for (int record = 0; record < EMPTY_RECORDS_MAX && !ended; ) {
      SSLEngineResult.Status status = net.isEmpty() ? Status.BUFFER_UNDERFLOW : unwrap(app);
      if (!app.isEmpty()) {
        return true;
      }
      switch (status) {
        case OK -> record++;
        case BUFFER_UNDERFLOW -> {
          app.clear(wire.buffers);
          if (!wire.fill(net)) {
            ended = true;
          }
        }
        case BUFFER_OVERFLOW -> throw new SSLException("record too long");
        case CLOSED -> ended = true;
      }
    }
    app.clear(wire.buffers);
    if (!ended) {
      throw new SSLException("records without data");
    }
    net.clear(wire.buffers);
    return false;
  }

  private Status unwrap(Chunk app) throws IOException {
    app.room(wire.buffers);
    SSLEngineResult result;
    try {
      result =
          engine.unwrap(
              ByteBuffer.wrap(net.bytes, net.pos, net.size()),
              ByteBuffer.wrap(app.bytes, app.limit, app.free()));
    } catch (SSLException e) {
      sendLast();
      throw e;
    }
    net.pos += result.bytesConsumed();
    app.limit += result.bytesProduced();
    HandshakeStatus handshake = result.getHandshakeStatus();
    boolean handshaking =
        handshake != HandshakeStatus.NOT_HANDSHAKING && handshake != HandshakeStatus.FINISHED;
    if (handshaking && result.getStatus() == Status.OK && !engine.isInboundDone()) {
      if (!engine.getSession().getProtocol().equals("TLSv1.3")) {
        // RFC 9325 §3.5: renegotiation is a way to make us work, and in 1.3 there is none.
        throw new SSLException("renegotiation refused");
      }
      runTasks();
      answer();
    }
    return result.getStatus();
  }

  /// Sends what the engine has to say by itself after the handshake, such as a key update.
  private synchronized void answer() throws IOException {
    byte[] scratch = wire.buffers.take();
    try {
      for (int i = 0;
          i < CLOSING_RECORDS_MAX && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
          i++) {
        SSLEngineResult result = engine.wrap(NOTHING, ByteBuffer.wrap(scratch));
        wire.write(scratch, 0, result.bytesProduced());
      }
    } finally {
      wire.buffers.give(scratch);
    }
  }

  synchronized void write(byte[] bytes, int off, int len) throws IOException {
    ByteBuffer source = ByteBuffer.wrap(bytes, off, len);
    byte[] record = wire.buffers.take();
    try {
      while (source.hasRemaining()) {
        SSLEngineResult result = engine.wrap(source, ByteBuffer.wrap(record));
        if (result.getStatus() != Status.OK
            || result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
          throw new SSLException("cannot write: " + result.getStatus());
        }
        wire.write(record, 0, result.bytesProduced());
      }
    } finally {
      wire.buffers.give(record);
    }
  }

  /// Says close_notify (RFC 8446 §6.1), if the peer can still be told.
  void close() {
    engine.closeOutbound();
    sendLast();
  }

  /// Gives the buffer back for good.
  void release() {
    ended = true;
    net.clear(wire.buffers);
  }

  private synchronized void sendLast() {
    byte[] scratch = wire.buffers.take();
    try {
      for (int i = 0; i < CLOSING_RECORDS_MAX && !engine.isOutboundDone(); i++) {
        SSLEngineResult result = engine.wrap(NOTHING, ByteBuffer.wrap(scratch));
        if (result.bytesProduced() == 0) {
          break;
        }
        wire.write(scratch, 0, result.bytesProduced());
      }
    } catch (IOException e) {
      // The peer does not hear it, and it ends anyway.
      System.getLogger("posthorn.net").log(System.Logger.Level.DEBUG, "tls-close-failed", e);
    } finally {
      wire.buffers.give(scratch);
    }
  }
}
