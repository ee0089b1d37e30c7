package org.posthorn.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;

/// How much memory there is to plan with. The launcher measures the machine or the container and
/// sizes the heap; caches outside the heap are sized here from the same figure.
final class Memory {
  private static final System.Logger LOG = System.getLogger("posthorn.app");
  private static final Path MAPS = Path.of("/proc/self/maps");
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

  /// Whether the collector leaves a heap as large as it once was, see [Repose].
  static boolean isKept() {
    return Boolean.getBoolean("posthorn.repose");
  }

  /// Writes into the log what was planned, and whether classes come from the file that the launcher
  /// made of them: a JVM that does not like it goes without, and starts in twice the time.
  static void log() {
    LOG.log(
        INFO,
        "memory machine-mib={0} heap-mib={1} direct-mib={2} block-cache-mib={3} page-cache-mib={4}"
            + " connections={5} malloc-arenas={6}",
        Integer.getInteger("posthorn.memory", 0),
        Runtime.getRuntime().maxMemory() / MIB,
        Integer.getInteger("posthorn.direct", 0),
        blockCacheBytes() / MIB,
        pageCacheBytes() / MIB,
        connections(),
        Objects.requireNonNullElse(System.getenv("MALLOC_ARENA_MAX"), "default"));
    String cache = System.getProperty("posthorn.aot");
    if (cache != null && isRefused(cache, MAPS)) {
      LOG.log(WARNING, "aot-cache-refused file={0}", cache);
    }
  }

  /// False also where the system does not tell what is mapped.
  static boolean isRefused(String cache, Path maps) {
    try (Stream<String> lines = Files.lines(maps)) {
      return lines.noneMatch(l -> l.endsWith(cache));
    } catch (IOException | UncheckedIOException e) {
      return false;
    }
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
