package org.posthorn.app.admin;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;

/// What follows a request on the socket, for commands that take a message: chunks of a length in
/// four octets and so many octets; length 0 is the end. They are sent only when they are asked for:
/// the first read says so to the client, by a line of its own.
///
/// A client that goes away in the middle is a failure to read, never the end. One thread.
final class Octets extends InputStream {
  /// What the client is told when its octets are wanted.
  static final String GO_ON = "go on";

  /// Longest chunk.
  static final int CHUNK_MAX = 64 << 10;

  private final SocketChannel channel;
  private final Supplier<Thread> watch;
  private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
  private int left; // octets of the chunk that are to be read still
  private boolean begun;
  private boolean over; // the end came, or will never come

  /// @param watch starts what closes the channel when a read takes too long, unless interrupted
  Octets(SocketChannel channel, Supplier<Thread> watch) {
    this.channel = channel;
    this.watch = watch;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] b, int off, int len) throws IOException {
    if (len == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    if (over) {
      throw new EOFException("the message ended early");
    }
    int n = receive(ByteBuffer.wrap(b, off, Math.min(len, left)));
    left -= n;
    return n;
  }

  private int receive(ByteBuffer into) throws IOException {
    Thread watching = watch.get();
    int n = -1;
    try {
      n = channel.read(into);
    } finally {
      watching.interrupt();
      over |= n < 0;
    }
    if (n < 0) {
      throw new EOFException("the message ended early");
    }
    return n;
  }

  private boolean nextChunk() throws IOException {
    if (over) {
      return false;
    }
    if (!begun) {
      begun = true;
      Wire.send(channel, GO_ON);
    }
    length.clear();
    while (length.hasRemaining()) {
      receive(length);
    }
    int next = length.getInt(0);
    if (next < 0 || next > CHUNK_MAX) {
      over = true;
      throw new IOException("a chunk of " + next + " octets");
    }
    left = next;
    over = next == 0;
    return !over;
  }

  /// Reads to the end what was begun: the client hears nobody before it has said all.
  void drain() throws IOException {
    if (begun && !over) {
      transferTo(java.io.OutputStream.nullOutputStream());
    }
  }

  /// The other side: sends octets in chunks.
  static void send(SocketChannel channel, InputStream octets) throws IOException {
    byte[] buffer = new byte[CHUNK_MAX];
    int n;
    do {
      n = Math.max(0, octets.readNBytes(buffer, 0, buffer.length));
      ByteBuffer chunk = ByteBuffer.allocate(Integer.BYTES + n).putInt(n).put(buffer, 0, n).flip();
      while (chunk.hasRemaining()) {
        channel.write(chunk);
      }
    } while (n > 0);
  }
}
