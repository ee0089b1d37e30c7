package org.posthorn.store.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.posthorn.store.kv.Row;

/// All segment files: which there are, which have octets that are not durable, which are pinned.
final class Segments {
  private static final System.Logger LOG = System.getLogger("posthorn.store.blob");

  /// Files of sealed segments kept open.
  private static final int OPEN_FILES_MAX = 256;

  private final Disk disk;
  private final LongSupplier nanos;
  private final ConcurrentSkipListMap<Integer, Segment> all = new ConcurrentSkipListMap<>();
  private final Set<Segment> dirty = ConcurrentHashMap.newKeySet();

  /// Sealed, and no row written yet that says so. The next append takes the row along; if that
  /// commit fails, the segment is looked through when the store is opened next.
  private final ConcurrentLinkedQueue<Segment> rowsDue = new ConcurrentLinkedQueue<>();

  private final AtomicInteger next = new AtomicInteger(1);
  private final Object syncing = new Object();
  private volatile boolean namesDirty;
  private int pins; // guarded by unlinkLater
  private final List<Segment> unlinkLater = new ArrayList<>(); // guarded by itself
  private Lane[] lanes;

  Segments(Disk disk, LongSupplier nanos) {
    this.disk = disk;
    this.nanos = nanos;
  }

  void lanes(Lane[] l) {
    lanes = l;
  }

  Disk disk() {
    return disk;
  }

  long nanos() {
    return nanos.getAsLong();
  }

  /// Numbers up to this are taken.
  void taken(int id) {
    next.accumulateAndGet(id + 1, Math::max);
  }

  void add(Segment s) {
    taken(s.id);
    all.put(s.id, s);
  }

  Segment get(int id) {
    return all.get(id);
  }

  Collection<Segment> all() {
    return all.values();
  }

  /// A new open segment. Called under its lane's lock.
  Segment create(Lane.Kind lane) throws IOException {
    Segment s = new Segment(disk, next.getAndIncrement(), lane);
    s.create();
    namesDirty = true;
    all.put(s.id, s);
    closeSomeIdle();
    return s;
  }

  void dirty(Segment s) {
    dirty.add(s);
  }

  void sealed(Segment s) {
    s.sealed = true;
    s.sealedNanos = nanos();
    rowsDue.add(s);
  }

  /// Rows that say which segments were sealed, to be written with whatever is written next.
  List<Row> rowsDue() {
    if (rowsDue.isEmpty()) return List.of();
    List<Row> out = new ArrayList<>();
    for (Segment s; (s = rowsDue.poll()) != null; ) out.add(s.row().row(s.id));
    return out;
  }

  /// Makes everything appended so far durable. When it fails, what was appended since the last
  /// success is distrusted for ever: the kernel may have dropped it, and says so only once.
  void sync() throws IOException {
    synchronized (syncing) {
      List<Segment> now = new ArrayList<>(dirty);
      try {
        if (namesDirty) {
          namesDirty = false;
          disk.syncNames();
        }
        for (Segment s : now) sync(s);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.ERROR, "blob-sync-failed reason={0}", e.toString());
        namesDirty = true;
        for (Segment s : now) distrust(s);
        throw e;
      }
    }
  }

  /// Makes one segment durable, on the thread of whoever wrote much to it.
  void syncOne(Segment s) throws IOException {
    try {
      sync(s);
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.ERROR,
          "blob-sync-failed file={0} reason={1}",
          s.name(),
          e.toString());
      distrust(s);
      throw e;
    }
  }

  private void distrust(Segment s) {
    dirty.remove(s);
    lanes[s.lane.ordinal()].distrust(s);
  }

  private void sync(Segment s) throws IOException {
    dirty.remove(s); // before the end is read: an append from now on puts it back
    synchronized (s.syncing) {
      long end = s.end;
      if (s.trusted < end) throw new IOException("an earlier sync of " + s.name() + " failed");
      DiskFile file = s.acquire();
      if (file == null) return;
      try {
        file.sync();
        s.synced = Math.max(s.synced, end);
      } catch (IOException e) {
        s.trusted = s.synced; // before the next one looks
        throw e;
      } finally {
        s.release();
      }
    }
  }

  /// Keeps every file until closed.
  AutoCloseable pin() {
    synchronized (unlinkLater) {
      pins++;
    }
    return new AutoCloseable() {
      private boolean released;

      @Override
      public void close() throws IOException {
        List<Segment> now = List.of();
        synchronized (unlinkLater) {
          if (released) return;
          released = true;
          if (--pins == 0) {
            now = List.copyOf(unlinkLater);
            unlinkLater.clear();
          }
        }
        for (Segment s : now) disk.delete(s.name());
      }
    };
  }

  /// Takes away a segment that no row names any more: its file goes when the last reader and the
  /// last pin let go. True if the name is gone now.
  boolean remove(Segment s) throws IOException {
    all.remove(s.id);
    s.retire();
    synchronized (unlinkLater) {
      if (pins > 0) {
        unlinkLater.add(s);
        return false;
      }
    }
    disk.delete(s.name());
    return true;
  }

  /// Octets of a segment from a place on, up to its end; none if its file is gone.
  byte[] read(Segment s, long from, int length) throws IOException {
    if (!s.isFileOpen()) closeSomeIdle();
    DiskFile file = s.acquire();
    if (file == null) return new byte[0];
    try {
      byte[] out = new byte[Math.clamp(s.end - from, 0, length)];
      int n = file.read(from, ByteBuffer.wrap(out));
      return n == out.length ? out : Arrays.copyOf(out, Math.max(0, n));
    } finally {
      s.release();
    }
  }

  void closeSomeIdle() {
    int open = 0;
    for (Segment s : all.values()) if (s.isFileOpen()) open++;
    for (Segment s : all.values()) {
      if (open <= OPEN_FILES_MAX) return;
      if (s.sealed && !dirty.contains(s) && s.closeIdle()) open--;
    }
  }

  void close() {
    for (Segment s : all.values()) s.retire();
  }
}
