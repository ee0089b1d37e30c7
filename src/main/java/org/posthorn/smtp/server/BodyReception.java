package org.posthorn.smtp.server;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.posthorn.net.Connection;
import org.posthorn.net.Input;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.BodyDecoder;
import org.posthorn.smtp.Reply;

/// Brings one message into a transaction, within bounds of size and time: as what follows DATA, to
/// its true end whatever is wrong with it, or in chunks, which are read whole likewise.
final class BodyReception {
  /// For one wait; RFC 5321 §4.5.3.2.5 gives a client three minutes for a block.
  private static final Duration BLOCK_TIMEOUT = Duration.ofMinutes(5);

  /// A message may take this long, and a second more for each [#RATE_MIN] octets received: who
  /// sends slower than that holds a connection for the sake of holding it.
  private static final Duration BASE_DEADLINE = Duration.ofMinutes(10);

  private static final long RATE_MIN = 1024;

  /// The deadline is moved once in so many octets.
  private static final long DEADLINE_STEP = 64 * 1024;

  /// What is read, and dropped, of a message that is too big, before the connection is given up: a
  /// client that stops at the limit it was told never gets here.
  static final long DRAIN_MAX = 64L << 20;

  private static final int PIECE = 16 * 1024;

  /// How a message comes.
  enum Framing {
    /// RFC 5321 §4.1.1.4.
    DATA,
    /// RFC 3030 §2.
    CHUNKS,
    /// Chunks of a message of which every octet counts. RFC 3030 §3.
    BINARY_CHUNKS
  }

  private final Connection connection;
  private final SmtpConfig config;
  private final Ticker ticker;
  private final Backend.Transaction transaction;

  // Null where every octet counts.
  private final BodyDecoder decoder;

  private final long startNanos;

  // Octets read, with stuffing and all.
  private long received;
  private long nextDeadlineAt = DEADLINE_STEP;

  // Octets of the chunk that have not come yet.
  private long awaited;

  // Octets of the message.
  private long size;

  BodyReception(
      Connection connection,
      SmtpConfig config,
      Ticker ticker,
      Backend.Transaction transaction,
      Framing framing) {
    this.connection = connection;
    this.config = config;
    this.ticker = ticker;
    this.transaction = transaction;
    this.decoder =
        switch (framing) {
          case DATA -> new BodyDecoder(config.bareNewline(), this::store);
          case CHUNKS -> BodyDecoder.ofChunks(config.bareNewline(), this::store);
          case BINARY_CHUNKS -> null;
        };
    this.startNanos = ticker.nanos();
  }

  /// Reads until the message ends, the stream ends or the bounds are passed.
  void readData() throws IOException {
    beginWaiting();
    while (!decoder.ended() && !overflowed() && connection.in().feed(this::take)) {
      moveDeadline();
    }
  }

  /// Whether a chunk of so many octets is more than is read for the sake of a reply.
  boolean wouldOverflow(long octets) {
    return octets > config.messageMax() + DRAIN_MAX - received;
  }

  /// Reads a chunk. False if the stream ends within.
  boolean readChunk(long octets) throws IOException {
    awaited = octets;
    beginWaiting();
    while (awaited > 0 && connection.in().feed(this::takeOfChunk)) {
      moveDeadline();
    }
    return awaited == 0;
  }

  /// Reads over octets that are not wanted. False if the stream ends within.
  static boolean drop(Connection connection, long octets) throws IOException {
    connection.timeout(BLOCK_TIMEOUT);
    connection.deadline(BASE_DEADLINE.plusSeconds(octets / RATE_MIN));
    long[] rest = {octets};
    Input.Taker taker =
        (b, from, to) -> {
          int next = (int) Math.min(to, from + rest[0]);
          rest[0] -= next - from;
          return next;
        };
    while (rest[0] > 0 && connection.in().feed(taker)) {
      // until they are all here
    }
    return rest[0] == 0;
  }

  /// Appends what comes from elsewhere than the connection.
  void append(InputStream in) throws IOException {
    byte[] piece = new byte[PIECE];
    for (int n = in.read(piece); n >= 0 && fault() == null; n = in.read(piece)) {
      add(piece, 0, n);
    }
  }

  /// The last chunk was read.
  void endChunks() throws IOException {
    if (decoder != null) {
      decoder.end();
    }
  }

  private int take(byte[] b, int off, int end) throws IOException {
    int next = decoder.feed(b, off, end);
    received += next - off;
    return next;
  }

  private int takeOfChunk(byte[] b, int off, int end) throws IOException {
    int next = (int) Math.min(end, off + awaited);
    awaited -= next - off;
    received += next - off;
    add(b, off, next);
    return next;
  }

  private void add(byte[] b, int off, int end) throws IOException {
    if (decoder != null) {
      decoder.feed(b, off, end);
    } else if (end > off) {
      store(b, off, end - off);
    }
  }

  private void store(byte[] b, int off, int len) {
    size += len;
    if (size <= config.messageMax()) {
      transaction.write(b, off, len);
    }
  }

  private void beginWaiting() {
    connection.timeout(BLOCK_TIMEOUT);
    connection.deadline(left());
  }

  private void moveDeadline() {
    if (received >= nextDeadlineAt) {
      nextDeadlineAt = received + DEADLINE_STEP;
      connection.deadline(left());
    }
  }

  /// Chunks share the time of one message, with what lies between them.
  private Duration left() {
    Duration elapsed = Duration.ofNanos(ticker.nanos() - startNanos);
    return BASE_DEADLINE.plusSeconds(received / RATE_MIN).minus(elapsed);
  }

  /// What followed DATA was read to its end.
  boolean ended() {
    return decoder.ended();
  }

  /// So much was sent that reading on to the end is not worth it.
  boolean overflowed() {
    return !decoder.ended() && received > config.messageMax() + DRAIN_MAX;
  }

  long size() {
    return size;
  }

  /// Why the message cannot be accepted, or null.
  Reply fault() {
    if (decoder != null && decoder.sawNul()) {
      return Reply.of(550, "5.6.0", "Message contains NUL");
    }
    if (decoder != null && decoder.unacceptable()) {
      // RFC 5321 §2.3.8
      return Reply.of(550, "5.6.11", "Message contains a CR or LF that is not part of CRLF");
    }
    return size > config.messageMax() ? config.tooBig() : null;
  }
}
