package org.posthorn.net;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/// What a peer sends, buffered. The buffer is pooled and given back while the connection waits.
/// Before it waits for the network it flushes the connection's [Output]. For the connection's
/// thread only.
public final class Input {
  /// Of an over-long line at most so many octets are dropped before the connection counts as ended.
  public static final int DROP_MAX = 1 << 20;

  private static final int FIRST_GATHER = 256;

  private final Carrier carrier;
  private final Chunk chunk = new Chunk();
  private boolean ended;
  private LineEnd lineEnd = LineEnd.CRLF;

  Input(Carrier carrier) {
    this.carrier = carrier;
  }

  /// The next octet, or -1 at the end.
  public int read() throws IOException {
    return ready() ? chunk.bytes[chunk.pos++] & 0xff : -1;
  }

  /// Up to `len` octets, at least one; -1 at the end.
  public int read(byte[] b, int off, int len) throws IOException {
    if (len == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int n = Math.min(len, chunk.size());
    System.arraycopy(chunk.bytes, chunk.pos, b, off, n);
    chunk.pos += n;
    return n;
  }

  /// Exactly `len` octets.
  ///
  /// @throws EOFException when the stream ends before
  public void readFully(byte[] b, int off, int len) throws IOException {
    for (int done = 0; done < len; ) {
      int n = read(b, off + done, len - done);
      if (n < 0) {
        throw new EOFException("end of stream, " + (len - done) + " octets missing");
      }
      done += n;
    }
  }

  /// The next octet without taking it, or -1 at the end.
  public int peek() throws IOException {
    return ready() ? chunk.bytes[chunk.pos] & 0xff : -1;
  }

  /// Octets that can be read without waiting. Zero does not say that nothing has arrived.
  public int available() {
    return chunk.size();
  }

  /// Uses octets where they lie.
  @FunctionalInterface
  public interface Taker {
    /// Looks at `b[from, to)`, keeps nothing of it, and returns the index of the first octet it
    /// does not take.
    int take(byte[] b, int from, int to) throws IOException;
  }

  /// Offers what is buffered, after waiting if that is nothing, without copying it. What is not
  /// taken is read next.
  ///
  /// @return false at the end of the stream, with nothing offered
  public boolean feed(Taker taker) throws IOException {
    if (!ready()) {
      return false;
    }
    int next = taker.take(chunk.bytes, chunk.pos, chunk.limit);
    if (next < chunk.pos || next > chunk.limit) {
      throw new IllegalStateException("took what was not offered");
    }
    chunk.pos = next;
    return true;
  }

  /// One line without its end, CRLF or LF; [#lineEnd] tells which. A CR elsewhere is content.
  ///
  /// What came of a line when the stream ends in it is dropped: a command that was cut off must not
  /// be obeyed.
  ///
  /// @return null at the end of the stream
  /// @throws LineTooLongException when the line has more than `max` octets; the rest of it is
  ///   dropped, but at most [#DROP_MAX] octets, behind which the stream ends
  public byte[] readLine(int max) throws IOException {
    byte[] gathered = null; // what came of the line in earlier buffers
    int count = 0;
    while (ready()) {
      int lf = indexOfLf();
      int end = lf < 0 ? chunk.limit : lf;
      int length = end - chunk.pos;
      if (gathered == null && lf >= 0) {
        return finish(chunk.bytes, chunk.pos, length, max, lf + 1);
      }
      if (count + length > max + 1) { // one more than allowed, it may be the CR
        throw tooLong(max, lf);
      }
      gathered = append(gathered, count, length, max);
      count += length;
      if (lf >= 0) {
        return finish(gathered, 0, count, max, lf + 1);
      }
      chunk.pos = end;
    }
    return null;
  }

  /// How the line that [#readLine] returned last had ended.
  public LineEnd lineEnd() {
    return lineEnd;
  }

  private byte[] finish(byte[] bytes, int from, int length, int max, int next)
      throws LineTooLongException {
    chunk.pos = next;
    boolean crlf = length > 0 && bytes[from + length - 1] == '\r';
    int content = crlf ? length - 1 : length;
    if (content > max) {
      throw new LineTooLongException(max);
    }
    lineEnd = crlf ? LineEnd.CRLF : LineEnd.LF;
    return Arrays.copyOfRange(bytes, from, from + content);
  }

  private byte[] append(byte[] gathered, int count, int length, int max) {
    byte[] all = gathered;
    if (all == null) {
      all = new byte[Math.min(max + 1, Math.max(length * 2, FIRST_GATHER))];
    } else if (count + length > all.length) {
      all = Arrays.copyOf(all, Math.min(max + 1, Math.max(count + length, all.length * 2)));
    }
    System.arraycopy(chunk.bytes, chunk.pos, all, count, length);
    return all;
  }

  private LineTooLongException tooLong(int max, int lfSeen) throws IOException {
    int lf = lfSeen;
    int dropped = 0;
    while (lf < 0) {
      dropped += chunk.size();
      chunk.pos = chunk.limit;
      if (dropped > DROP_MAX) {
        end();
        return new LineTooLongException(max);
      }
      if (!ready()) {
        return new LineTooLongException(max);
      }
      lf = indexOfLf();
    }
    chunk.pos = lf + 1;
    return new LineTooLongException(max);
  }

  private int indexOfLf() {
    byte[] bytes = chunk.bytes;
    for (int i = chunk.pos; i < chunk.limit; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private boolean ready() throws IOException {
    if (!chunk.isEmpty()) {
      return true;
    }
    if (ended) {
      return false;
    }
    return filled(carrier.fill(chunk));
  }

  /// Takes note of what the attempt to fill the chunk gave.
  boolean filled(boolean more) {
    if (!more) {
      end();
    }
    return more;
  }

  boolean ended() {
    return ended;
  }

  /// Forgets what was read, for the start of TLS.
  void discard() {
    chunk.clear(carrier.buffers());
  }

  private void end() {
    ended = true;
    discard();
  }

  /// What was read and not used; TLS that begins with the connection takes it over.
  Chunk chunk() {
    return chunk;
  }

  /// Gives the buffer back for good.
  void close() {
    end();
  }
}
