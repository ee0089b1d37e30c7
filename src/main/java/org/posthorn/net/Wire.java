package org.posthorn.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// The socket of a connection: reads that end in time and hold no buffer for long, writes that the
/// listener's watch can see stalling.
///
/// Reads belong to the connection's thread. Writes may come from two threads, one at a time.
final class Wire {
  /// How long a read waits with a buffer in hand before it gives it back.
  static final Duration LINGER = Duration.ofSeconds(1);

  /// For one wait, until the handler says otherwise.
  static final Duration READ_TIMEOUT = Duration.ofMinutes(5);

  /// For one call of the kernel: the JDK copies as much into memory outside the heap, which each
  /// carrier thread keeps.
  private static final int WRITE_MAX = 64 * 1024;

  private static final long NO_DEADLINE = Long.MAX_VALUE;

  final SocketChannel channel;
  final Buffers buffers;
  private final Ticker ticker;
  private final Socket socket; // the channel's view that has timed reads; null if it has none
  private final InputStream stream;
  private long timeout = READ_TIMEOUT.toNanos();
  private long deadlineFrom;
  private long deadlineNanos = NO_DEADLINE; // after deadlineFrom
  private boolean ended; // the peer sends no more
  private Runnable resting; // told when a wait takes long; may be null

  // When the write under way began, 0 if none; the watch reads it.
  private volatile long writingSince;

  // Until when the write under way may last, 0 without a limit; the watch reads it.
  private volatile long writingUntil;

  // Until when the read under way may last, 0 if the kernel ends it in time; the watch reads it.
  private volatile long readingUntil;

  Wire(SocketChannel channel, Buffers buffers, Ticker ticker) throws IOException {
    this.channel = channel;
    this.buffers = buffers;
    this.ticker = ticker;
    boolean timed = channel.getRemoteAddress() instanceof InetSocketAddress;
    this.socket = timed ? channel.socket() : null; // a Unix-domain channel has no such view
    this.stream = timed ? socket.getInputStream() : Channels.newInputStream(channel);
  }

  void timeout(Duration perRead) {
    if (!perRead.isPositive()) {
      throw new IllegalArgumentException("a timeout is positive");
    }
    timeout = perRead.toNanos();
  }

  void deadline(Duration total) {
    deadlineFrom = ticker.nanos();
    deadlineNanos = total == null ? NO_DEADLINE : Math.max(0, total.toNanos());
  }

  /// What is left until the deadline, to set it again later; null if there is none.
  Duration deadline() {
    return deadlineNanos == NO_DEADLINE
        ? null
        : Duration.ofNanos(deadlineNanos - (ticker.nanos() - deadlineFrom));
  }

  /// Sets what is told when a wait takes longer than a moment.
  void whenResting(Runnable told) {
    resting = told;
  }

  /// Whether the end of the stream was read.
  boolean ended() {
    return ended;
  }

  /// Waits for bytes and puts what comes behind those in `chunk`.
  ///
  /// @return false at the end of the stream
  /// @throws SocketTimeoutException when nothing comes within the timeout or the deadline
  boolean fill(Chunk chunk) throws IOException {
    long wait = allowed();
    if (socket == null) {
      return watchedRead(chunk, wait);
    }
    long linger = buffers.mayLinger() ? Math.min(wait, LINGER.toNanos()) : 0;
    if (linger > 0) {
      chunk.room(buffers);
      try {
        return read(chunk, linger);
      } catch (SocketTimeoutException e) {
        wait -= linger;
        if (wait <= 0) {
          chunk.park(buffers);
          throw e;
        }
      }
    }
    chunk.park(buffers);
    if (resting != null) {
      resting.run();
    }
    byte[] first = new byte[1];
    socket.setSoTimeout(millis(wait));
    return stream.read(first, 0, 1) < 0 ? end() : readRest(chunk, first[0]);
  }

  /// Octets that can be read without waiting.
  int available() throws IOException {
    return stream.available();
  }

  /// Without timed reads: the watch of who made the connection cuts it when this takes too long.
  private boolean watchedRead(Chunk chunk, long wait) throws IOException {
    chunk.room(buffers);
    readingUntil = ticker.nanos() + wait | 1;
    try {
      return take(chunk, stream.read(chunk.bytes, chunk.limit, chunk.free()));
    } finally {
      readingUntil = 0;
    }
  }

  private boolean end() {
    ended = true;
    return false;
  }

  private boolean readRest(Chunk chunk, byte first) throws IOException {
    chunk.room(buffers);
    chunk.bytes[chunk.limit++] = first;
    if (Math.min(stream.available(), chunk.free()) > 0) {
      read(chunk, LINGER.toNanos());
    }
    return true;
  }

  private boolean read(Chunk chunk, long wait) throws IOException {
    socket.setSoTimeout(millis(wait));
    return take(chunk, stream.read(chunk.bytes, chunk.limit, chunk.free()));
  }

  private boolean take(Chunk chunk, int n) {
    if (n < 0) {
      chunk.park(buffers);
      return end();
    }
    chunk.limit += n;
    return true;
  }

  private long allowed() throws SocketTimeoutException {
    if (deadlineNanos == NO_DEADLINE) {
      return timeout;
    }
    long left = deadlineNanos - (ticker.nanos() - deadlineFrom);
    if (left <= 0) {
      throw new SocketTimeoutException("deadline passed");
    }
    return Math.min(timeout, left);
  }

  private static int millis(long nanos) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanos + 999_999);
    return Math.clamp(millis, 1, Integer.MAX_VALUE);
  }

  void write(byte[] bytes, int off, int len) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, off, len);
    int end = buffer.limit();
    writingUntil = deadlineNanos == NO_DEADLINE ? 0 : deadlineFrom + deadlineNanos | 1;
    try {
      while (buffer.position() < end) {
        buffer.limit(Math.min(end, buffer.position() + WRITE_MAX));
        writingSince = ticker.nanos() | 1; // each part that goes out is progress
        channel.write(buffer);
      }
    } finally {
      writingSince = 0;
    }
  }

  /// Any thread: whether a write has been making no progress for longer than `limit`.
  boolean stalled(long limit) {
    long since = writingSince;
    return since != 0 && ticker.nanos() - since > limit;
  }

  /// Any thread: whether a write is under way that the deadline should have ended.
  boolean writesLate() {
    long until = writingUntil;
    return writingSince != 0 && until != 0 && ticker.nanos() - until > 0;
  }

  /// Any thread: whether a read is under way that should have ended, and that only a cut ends.
  boolean readsLate() {
    long until = readingUntil;
    return until != 0 && ticker.nanos() - until > 0;
  }

  /// Any thread: lets a waiting read return the end of the stream.
  void endInput() {
    try {
      channel.shutdownInput();
    } catch (IOException e) {
      cut(); // nothing can be read from it any more
    }
  }

  /// Any thread: closes the socket; who reads or writes gets an IOException.
  void cut() {
    try {
      channel.close();
    } catch (IOException e) {
      // It is gone either way.
      System.getLogger("posthorn.net").log(System.Logger.Level.DEBUG, "close-failed", e);
    }
  }
}
