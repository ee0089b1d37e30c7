package org.posthorn.smtp.server;

import java.io.IOException;
import java.time.Duration;
import org.posthorn.net.Connection;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.BodyDecoder;
import org.posthorn.smtp.Reply;

/// Reads one message from the connection into a transaction, to its true end whatever is wrong with
/// it, within bounds of size and time.
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
  private static final long DRAIN_MAX = 64L << 20;

  private final Connection connection;
  private final SmtpConfig config;
  private final Ticker ticker;
  private final Backend.Transaction transaction;
  private final BodyDecoder decoder;

  private final long startNanos;

  // Octets read, with stuffing and all.
  private long received;
  private long nextDeadlineAt = DEADLINE_STEP;

  // Octets of the message.
  private long size;

  BodyReception(
      Connection connection, SmtpConfig config, Ticker ticker, Backend.Transaction transaction) {
    this.connection = connection;
    this.config = config;
    this.ticker = ticker;
    this.transaction = transaction;
    this.decoder = new BodyDecoder(config.bareNewline(), this::store);
    this.startNanos = ticker.nanos();
  }

  /// Reads until the message ends, the stream ends or the bounds are passed.
  void read() throws IOException {
    connection.timeout(BLOCK_TIMEOUT);
    connection.deadline(BASE_DEADLINE);
    while (!decoder.ended() && !overflowed() && connection.in().feed(this::take)) {
      if (received >= nextDeadlineAt) {
        moveDeadline();
      }
    }
  }

  private int take(byte[] b, int off, int end) throws IOException {
    int next = decoder.feed(b, off, end);
    received += next - off;
    return next;
  }

  private void store(byte[] b, int off, int len) {
    size += len;
    if (size <= config.messageMax()) {
      transaction.write(b, off, len);
    }
  }

  private void moveDeadline() {
    nextDeadlineAt = received + DEADLINE_STEP;
    Duration elapsed = Duration.ofNanos(ticker.nanos() - startNanos);
    Duration total = BASE_DEADLINE.plusSeconds(received / RATE_MIN);
    connection.deadline(total.minus(elapsed));
  }

  /// The message was read to its end.
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
    if (decoder.sawNul()) {
      return Reply.of(550, "5.6.0", "Message contains NUL");
    }
    if (decoder.unacceptable()) {
      // RFC 5321 §2.3.8
      return Reply.of(550, "5.6.11", "Message contains a CR or LF that is not part of CRLF");
    }
    return size > config.messageMax() ? SmtpSession.tooBig(config) : null;
  }
}
