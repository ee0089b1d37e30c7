package org.posthorn.net;

import java.util.Arrays;

/// Bytes that were read and not yet used: `bytes[pos, limit)`. Has a pooled buffer while filled,
/// and none, or a small array with the remainder, while waiting. One thread.
final class Chunk {
  private static final byte[] EMPTY = {};

  /// A remainder up to this size moves to an array of its own while waiting; a bigger one is worth
  /// the buffer it lies in.
  private static final int SMALL = Buffers.SIZE / 4;

  byte[] bytes = EMPTY;
  int pos;
  int limit;
  private boolean pooled;

  int size() {
    return limit - pos;
  }

  boolean isEmpty() {
    return pos == limit;
  }

  /// Makes room behind the unread bytes, in a pooled buffer.
  void room(Buffers pool) {
    if (!pooled) {
      byte[] buffer = pool.take();
      System.arraycopy(bytes, pos, buffer, 0, size());
      limit -= pos;
      pos = 0;
      bytes = buffer;
      pooled = true;
    } else if (pos > 0) {
      System.arraycopy(bytes, pos, bytes, 0, size());
      limit -= pos;
      pos = 0;
    }
  }

  int free() {
    return bytes.length - limit;
  }

  /// Gives the buffer back, keeping what is unread.
  void park(Buffers pool) {
    if (pooled && size() <= SMALL) {
      byte[] buffer = bytes;
      bytes = isEmpty() ? EMPTY : Arrays.copyOfRange(buffer, pos, limit);
      pos = 0;
      limit = bytes.length;
      pooled = false;
      pool.give(buffer);
    }
  }

  /// Takes over everything another chunk has, buffer and all; this one is empty and has none.
  void takeFrom(Chunk other) {
    bytes = other.bytes;
    pos = other.pos;
    limit = other.limit;
    pooled = other.pooled;
    other.bytes = EMPTY;
    other.pos = 0;
    other.limit = 0;
    other.pooled = false;
  }

  /// Forgets everything and gives the buffer back.
  void clear(Buffers pool) {
    pos = limit;
    park(pool);
  }
}
