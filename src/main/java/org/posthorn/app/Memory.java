package org.posthorn.app;

/// How much memory there is to plan with. The launcher measures the machine or the container and
/// sizes the heap; caches outside the heap are sized here from the same figure.
final class Memory {
  private static final long MIB = 1L << 20;
  private static final long BLOCK_CACHE_MIN = 8 * MIB;
  private static final long BLOCK_CACHE_MAX = 1024 * MIB;

  /// A connection at its dearest takes half as much.
  private static final long CONNECTION_BYTES = 32 << 10;

  private Memory() {}

  /// For the store's blocks, outside the heap: a sixteenth of the machine.
  static long blockCacheBytes() {
    long planned = Long.getLong("posthorn.memory", 0) * MIB;
    long total = planned > 0 ? planned : 4 * Runtime.getRuntime().maxMemory();
    return Math.clamp(total / 16, BLOCK_CACHE_MIN, BLOCK_CACHE_MAX);
  }

  /// Connections that fit when strangers make each as dear as they can before they log in, with
  /// half a TLS handshake or half a line: they may fill half the heap.
  static int connections() {
    return (int) Math.min(Integer.MAX_VALUE, Runtime.getRuntime().maxMemory() / CONNECTION_BYTES);
  }

  /// For mailbox pages, in the heap: an eighth of it.
  static long pageCacheBytes() {
    return Runtime.getRuntime().maxMemory() / 8;
  }
}
