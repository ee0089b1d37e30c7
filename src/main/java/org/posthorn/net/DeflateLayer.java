package org.posthorn.net;

import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Compression between a connection and what carries it, TLS or the bare socket: DEFLATE in both
/// directions (RFC 1951), without any frame.
///
/// Reading belongs to the connection's thread. Writing may come from two threads; `this` guards the
/// deflater.
///
/// A deflater has a quarter of a megabyte outside the heap. A connection that waits has none: each
/// flush ends at the border of an octet, and there a fresh deflater may go on, for it never refers
/// to what an earlier one has sent; the peer does not notice. The inflater must stay, its window is
/// what the peer may refer to.
final class DeflateLayer {
  /// Reads in a row that bring no data before the peer is cut off: empty blocks cost us work and
  /// prove nothing.
  private static final int EMPTY_READS_MAX = 32;

  /// Octets of an uncompressed block.
  private static final int STORED_MAX = 0xffff;

  /// RFC 1951 §3.2.6: the last one, with fixed codes, and nothing in it.
  private static final byte[] LAST_BLOCK = {3, 0};

  private static final byte[] NOTHING = {};

  private final Carrier carrier;
  private final Inflater inflater = new Inflater(true);
  private final Chunk net = new Chunk();
  private boolean ended;

  // Guarded by this: null while there is nothing to send.
  private Deflater deflater;

  // Guarded by this: something was written and not flushed.
  private boolean unflushed;

  // Guarded by this: the connection waits, and holds as little as it can.
  private boolean resting;

  private boolean released; // guarded by this

  /// @param arrived what was read already and is compressed
  DeflateLayer(Carrier carrier, Chunk arrived) {
    this.carrier = carrier;
    net.takeFrom(arrived);
  }

  /// Waits for data and puts some of it into `app`, which is empty; never more than its buffer
  /// takes, however much a few octets unfold to.
  ///
  /// @return false at the end of the stream
  boolean fill(Chunk app) throws IOException {
    for (int empty = 0; empty <= EMPTY_READS_MAX && !ended; empty++) {
      if (inflate(app)) {
        return true;
      }
      app.clear(carrier.buffers());
      if (inflater.finished()) {
        ended = true;
      } else if (!net.isEmpty()) {
        throw new IOException("compressed data that needs a dictionary");
      } else if (!carrier.fillBelow(net)) {
        ended = true;
      }
      wake();
    }
    if (!ended) {
      throw new IOException("compressed data without content");
    }
    net.clear(carrier.buffers());
    return false;
  }

  private boolean inflate(Chunk app) throws IOException {
    app.room(carrier.buffers());
    inflater.setInput(net.bytes, net.pos, net.size());
    try {
      int n = inflater.inflate(app.bytes, app.limit, app.free());
      net.pos = net.limit - inflater.getRemaining();
      app.limit += n;
      return n > 0;
    } catch (DataFormatException e) {
      throw new IOException("compressed data is damaged: " + e.getMessage());
    } finally {
      inflater.setInput(NOTHING); // the buffer goes its own way
    }
  }

  synchronized void write(byte[] bytes, int off, int len) throws IOException {
    if (released) {
      throw new IOException("connection is closed");
    }
    if (deflater == null) {
      deflater = carrier.buffers().takeDeflater();
    }
    if (deflater == null) {
      stored(bytes, off, len);
      return;
    }
    unflushed = true;
    deflater.setInput(bytes, off, len);
    try {
      send(Deflater.NO_FLUSH);
    } finally {
      deflater.setInput(NOTHING);
    }
  }

  /// RFC 1951 §3.2.4: blocks that are not compressed; without a deflater we stand at the border of
  /// an octet.
  private void stored(byte[] bytes, int off, int len) throws IOException {
    for (int i = 0; i < len; i += STORED_MAX) {
      int n = Math.min(STORED_MAX, len - i);
      byte[] head = {0, (byte) n, (byte) (n >> 8), (byte) ~n, (byte) (~n >> 8)};
      carrier.sendBelow(head, 0, head.length);
      carrier.sendBelow(bytes, off + i, n);
    }
  }

  /// Sends what the deflater still holds back.
  synchronized void flush() throws IOException {
    if (!unflushed) {
      return;
    }
    send(Deflater.SYNC_FLUSH);
    unflushed = false;
    if (resting) {
      end();
    }
  }

  private void send(int mode) throws IOException {
    byte[] scratch = carrier.buffers().take();
    try {
      int n;
      do {
        n = deflater.deflate(scratch, 0, scratch.length, mode);
        carrier.sendBelow(scratch, 0, n);
      } while (n == scratch.length || !deflater.needsInput());
    } finally {
      carrier.buffers().give(scratch);
    }
  }

  /// Ends what we send: an empty last block.
  synchronized void finish() throws IOException {
    flush();
    carrier.sendBelow(LAST_BLOCK, 0, LAST_BLOCK.length);
  }

  /// The connection has waited for a while and goes on waiting.
  synchronized void rest() {
    resting = true;
    if (!unflushed) {
      end();
    }
  }

  private synchronized void wake() {
    resting = false;
  }

  private void end() {
    if (deflater != null) {
      carrier.buffers().giveDeflater(deflater);
      deflater = null;
    }
  }

  /// Gives all memory back for good. By the connection's thread.
  synchronized void release() {
    released = true;
    ended = true;
    end();
    inflater.end();
    net.clear(carrier.buffers());
  }
}
