package org.posthorn.store.kv;

import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;

/// Watches the free space, and keeps a ballast file that is given up when the disk is full:
/// deleting mail needs room too.
final class DiskSpace {
  private static final System.Logger LOG = System.getLogger("posthorn.store.kv");
  private static final int CHUNK = 1 << 20;

  /// Octets that must be free, in ballasts, before a new one is made.
  private static final int ROOM_FOR_NEW = 3;

  private final Path ballast;
  private final long size;
  private final long minFree;
  private final LongSupplier free;
  private boolean making; // guarded by this
  private boolean wanted; // guarded by this

  /// @param free octets that may still be written to the disk
  DiskSpace(Path directory, RocksOptions o, LongSupplier free) {
    this.ballast = directory.resolve("ballast");
    this.size = o.ballast();
    this.minFree = o.minFree();
    this.free = free;
  }

  static LongSupplier freeOf(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return () -> {
      try {
        return store.getUsableSpace();
      } catch (IOException e) {
        return Long.MAX_VALUE; // unknown: the writes will tell
      }
    };
  }

  /// So little is left that only deleting should go on.
  boolean isShort() {
    return minFree > 0 && free.getAsLong() < minFree;
  }

  /// Gives the ballast up.
  synchronized void release() {
    wanted = false;
    try {
      if (Files.deleteIfExists(ballast)) {
        LOG.log(WARNING, "kv-ballast-released octets={0}", Long.toString(size));
      }
    } catch (IOException e) {
      LOG.log(WARNING, "kv-ballast-not-released reason={0}", e.toString());
    }
  }

  /// Writes nothing from the return on: the directory may be another process's then.
  synchronized void end() {
    wanted = false;
  }

  /// Makes the ballast if it is missing and there is room, on a thread of its own.
  void refill() {
    if (size == 0 || free.getAsLong() < minFree + ROOM_FOR_NEW * size) return;
    try {
      if (Files.exists(ballast) && Files.size(ballast) == size) return;
    } catch (IOException e) {
      return;
    }
    synchronized (this) {
      wanted = true;
      if (making) return;
      making = true;
    }
    Thread.ofPlatform().daemon().name("kv-ballast").start(this::make);
  }

  /// Random octets, so that no file system compresses them away.
  private void make() {
    SplittableRandom random = new SplittableRandom();
    byte[] chunk = new byte[CHUNK];
    for (long at = 0; at < size; at += CHUNK) {
      random.nextBytes(chunk);
      if (!append(chunk, at)) break;
    }
    synchronized (this) {
      making = false;
    }
  }

  /// Writes some of the ballast; false if it is not wanted any more.
  private synchronized boolean append(byte[] chunk, long at) {
    if (!wanted) return false;
    try (FileChannel c =
        FileChannel.open(ballast, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      c.write(ByteBuffer.wrap(chunk, 0, (int) Math.min(CHUNK, size - at)), at);
      return true;
    } catch (IOException e) {
      LOG.log(WARNING, "kv-ballast-not-made reason={0}", e.toString());
      release();
      return false;
    }
  }
}
