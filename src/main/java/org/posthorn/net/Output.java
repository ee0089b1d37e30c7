package org.posthorn.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// What goes to a peer, buffered: chained writes, sent when the buffer is full, at [#flush], and
/// before the connection waits for input. The pooled buffer is held from the first octet to the
/// flush.
///
/// Two threads may write. Each call is atomic; several calls that belong together go into a
/// `synchronized` block on this object.
public final class Output extends OutputStream {
  private static final int CAPACITY = 16 * 1024; // the content of one TLS record

  private final Carrier carrier;
  private byte[] buffer; // null when there is nothing to send
  private int count;
  private boolean closed;

  Output(Carrier carrier) {
    this.carrier = carrier;
  }

  public synchronized Output ascii(String s) throws IOException {
    return bytes(s.getBytes(StandardCharsets.US_ASCII));
  }

  public synchronized Output utf8(String s) throws IOException {
    return bytes(s.getBytes(StandardCharsets.UTF_8));
  }

  public synchronized Output bytes(byte[] b) throws IOException {
    write(b, 0, b.length);
    return this;
  }

  /// Exactly `n` octets from a stream.
  ///
  /// @throws EOFException when the stream has fewer; what there was has been written
  public synchronized void transferFrom(InputStream in, long n) throws IOException {
    long left = n;
    while (left > 0) {
      need();
      int read = in.read(buffer, count, (int) Math.min(left, CAPACITY - count));
      if (read < 0) {
        throw new EOFException(left + " octets missing");
      }
      count += read;
      left -= read;
      if (count == CAPACITY) {
        send();
      }
    }
  }

  @Override
  public synchronized void write(int b) throws IOException {
    need();
    buffer[count++] = (byte) b;
    if (count == CAPACITY) {
      send();
    }
  }

  @Override
  public synchronized void write(byte[] b, int off, int len) throws IOException {
    int from = off;
    int left = len;
    while (left > 0) {
      if (count == 0 && left >= CAPACITY) {
        open();
        carrier.send(b, from, left);
        return;
      }
      need();
      int n = Math.min(left, CAPACITY - count);
      System.arraycopy(b, from, buffer, count, n);
      count += n;
      from += n;
      left -= n;
      if (count == CAPACITY) {
        send();
      }
    }
  }

  @Override
  public synchronized void flush() throws IOException {
    if (count > 0) {
      try {
        send();
      } finally {
        release();
      }
    }
    carrier.flushLayers();
  }

  private void send() throws IOException {
    int n = count;
    count = 0;
    carrier.send(buffer, 0, n);
  }

  private void need() throws IOException {
    if (buffer == null) {
      open();
      buffer = carrier.buffers().take();
    }
  }

  private void open() throws IOException {
    if (closed) {
      throw new IOException("connection is closed");
    }
  }

  private void release() {
    if (buffer != null) {
      carrier.buffers().give(buffer);
      buffer = null;
      count = 0;
    }
  }

  /// Drops what was not flushed and takes nothing any more. Closing a connection is
  /// [Connection#close].
  @Override
  public synchronized void close() {
    closed = true;
    release();
  }
}
