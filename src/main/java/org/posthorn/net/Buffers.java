package org.posthorn.net;

import java.util.ArrayDeque;
import java.util.zip.Deflater;

/// A pool of byte arrays of one size, big enough for a TLS record. Any thread may call.
final class Buffers {
  /// A TLS record with everything a provider may add (RFC 8446 §5.2: 2^14 + 256 + header).
  static final int SIZE = 17 * 1024;

  /// Free buffers kept: what active connections pass around. Beyond, the collector has them.
  static final int KEPT = 256;

  /// With so many in use, a connection that begins to wait gives its buffer back at once.
  static final int PLENTY = 512;

  /// Deflaters in use, a quarter of a megabyte each; who gets none sends uncompressed blocks.
  static final int DEFLATERS_MAX = 256;

  /// Free deflaters kept: memory given back to the C library comes back in pieces.
  private static final int DEFLATERS_KEPT = 16;

  /// Fast, and nearly as small as the best.
  private static final int DEFLATE_LEVEL = 3;

  private final ArrayDeque<Deflater> freeDeflaters = new ArrayDeque<>(); // guarded by itself
  private int deflaters; // guarded by freeDeflaters
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

  /// A fresh deflater without a frame, to be given back; null if too many are in use.
  Deflater takeDeflater() {
    synchronized (freeDeflaters) {
      if (deflaters == DEFLATERS_MAX) {
        return null;
      }
      deflaters++;
      Deflater free = freeDeflaters.pollFirst();
      return free != null ? free : new Deflater(DEFLATE_LEVEL, true);
    }
  }

  void giveDeflater(Deflater d) {
    synchronized (freeDeflaters) {
      deflaters--;
      if (freeDeflaters.size() < DEFLATERS_KEPT) {
        d.reset();
        freeDeflaters.addFirst(d);
      } else {
        d.end();
      }
    }
  }

  int deflaters() {
    synchronized (freeDeflaters) {
      return deflaters;
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
