package org.posthorn.net;

import java.util.ArrayDeque;

/// A pool of byte arrays of one size, big enough for a TLS record. Any thread may call.
final class Buffers {
  /// A TLS record with everything a provider may add (RFC 8446 §5.2: 2^14 + 256 + header).
  static final int SIZE = 17 * 1024;

  /// Free buffers kept: what active connections pass around. Beyond, the collector has them.
  static final int KEPT = 256;

  /// With so many in use, a connection that begins to wait gives its buffer back at once.
  static final int PLENTY = 512;

  private final ArrayDeque<byte[]> free = new ArrayDeque<>();
  private int inUse; // guarded by this, read without

  synchronized byte[] take() {
    inUse++;
    byte[] buffer = free.pollFirst();
    return buffer == null ? new byte[SIZE] : buffer;
  }

  synchronized void give(byte[] buffer) {
    inUse--;
    if (free.size() < KEPT) {
      free.addFirst(buffer);
    }
  }

  synchronized int inUse() {
    return inUse;
  }

  /// Whether a waiting connection may keep its buffer for a moment.
  boolean mayLinger() {
    return inUse() <= PLENTY;
  }
}
