package org.posthorn.store.blob;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// A disk in memory that fails as disks do, decided by a seed.
///
/// Every write, sync, truncation, creation and deletion is one step, counted from 1. A step can be
/// told to fail ([#failAt]). [#crash] is the power cut: what was written and not synced is lost,
/// kept, or torn in sectors, names not synced may be missing, and every file opened before is dead.
/// After a failed sync the same happens to what was written and not synced, at once, though it can
/// be read until the crash; the next sync succeeds and says nothing about it.
public final class FaultyDisk implements Disk {
  private static final int SECTOR = 512;

  public enum Failure {
    /// Nothing, or a part, of the write arrives.
    IO_ERROR,
    /// As IO_ERROR, with the message of a full disk.
    FULL,
    /// The step, and all after it, fails; call [#crash] to go on.
    CRASH
  }

  /// The process that used the disk is dead.
  public static final class Crashed extends IOException {
    private static final long serialVersionUID = 1;

    Crashed() {
      super("crashed");
    }
  }

  private record Change(long at, byte[] data, long truncatedTo) {}

  private static final class Content {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
    final List<Change> unsynced = new ArrayList<>();
  }

  private record NameChange(String name, Content content /* null: deleted */) {}

  private final Random random;
  private Map<String, Content> names = new TreeMap<>();
  private Map<String, Content> durableNames = new TreeMap<>();
  private final List<NameChange> unsyncedNames = new ArrayList<>();
  private final Map<Long, Failure> plan = new LinkedHashMap<>();
  private long steps;
  private long capacity = Long.MAX_VALUE;
  private int life; // files of earlier lives are dead
  private boolean dead;

  public FaultyDisk(long seed) {
    random = new Random(seed);
  }

  /// The step so many from now (1: the next) fails like this.
  public synchronized FaultyDisk failAt(long step, Failure how) {
    plan.put(steps + step, how);
    return this;
  }

  public synchronized void failNothing() {
    plan.clear();
    capacity = Long.MAX_VALUE;
  }

  /// Writes that make the files together larger than this fail as on a full disk.
  public synchronized void capacity(long octets) {
    capacity = octets;
  }

  public synchronized long steps() {
    return steps;
  }

  public synchronized boolean dead() {
    return dead;
  }

  /// The power cut and the machine's return: this disk again, with what survived.
  public synchronized FaultyDisk crash() {
    int kept = unsyncedNames.isEmpty() ? 0 : random.nextInt(unsyncedNames.size() + 1);
    for (NameChange c : unsyncedNames.subList(0, kept)) apply(durableNames, c);
    unsyncedNames.clear();
    for (Content c : durableNames.values()) {
      lose(c);
      c.now = c.durable.clone();
    }
    names = new TreeMap<>(durableNames);
    plan.clear();
    life++;
    dead = false;
    return this;
  }

  /// Flips one bit of a file, on the disk and in memory.
  public synchronized void flip(String name, long at) {
    Content c = names.get(name);
    c.now[(int) at] ^= 0x10;
    if (at < c.durable.length) c.durable[(int) at] ^= 0x10;
  }

  public synchronized byte[] content(String name) {
    return names.get(name).now.clone();
  }

  private static void apply(Map<String, Content> names, NameChange c) {
    if (c.content == null) names.remove(c.name);
    else names.put(c.name, c.content);
  }

  /// Whatever was not synced arrives or does not.
  private void lose(Content c) {
    for (Change change : c.unsynced) {
      switch (random.nextInt(3)) {
        case 0 -> {}
        case 1 -> c.durable = changed(c.durable, change);
        default -> {
          if (change.data == null) break;
          // a torn write: some sectors arrive, the size may grow over holes
          for (int from = 0; from < change.data.length; from += SECTOR) {
            if (random.nextBoolean()) continue;
            int to = Math.min(from + SECTOR, change.data.length);
            byte[] part = Arrays.copyOfRange(change.data, from, to);
            c.durable = changed(c.durable, new Change(change.at + from, part, -1));
          }
        }
      }
    }
    c.unsynced.clear();
  }

  private static byte[] changed(byte[] old, Change c) {
    if (c.data == null) return Arrays.copyOf(old, (int) c.truncatedTo);
    byte[] out = old;
    if (c.at + c.data.length > old.length) out = Arrays.copyOf(old, (int) c.at + c.data.length);
    System.arraycopy(c.data, 0, out, (int) c.at, c.data.length);
    return out;
  }

  /// Counts a step; the failure it is to have, or null.
  private Failure step() throws IOException {
    if (dead) throw new Crashed();
    steps++;
    Failure f = plan.remove(steps);
    if (f == Failure.CRASH) dead = true;
    return f;
  }

  private static IOException exception(Failure f) {
    return switch (f) {
      case IO_ERROR -> new IOException("Input/output error");
      case FULL -> new IOException("No space left on device");
      case CRASH -> new Crashed();
    };
  }

  @Override
  public synchronized List<String> list() throws IOException {
    if (dead) throw new Crashed();
    return List.copyOf(names.keySet());
  }

  @Override
  public synchronized DiskFile open(String name, boolean create) throws IOException {
    if (dead) throw new Crashed();
    Content c = names.get(name);
    if (c == null && !create) throw new FileNotFoundException(name);
    if (c == null) {
      c = new Content();
      changeName(new NameChange(name, c));
    }
    return new Handle(c, life);
  }

  @Override
  public synchronized void delete(String name) throws IOException {
    if (dead) throw new Crashed();
    if (names.containsKey(name)) changeName(new NameChange(name, null));
  }

  private void changeName(NameChange change) throws IOException {
    Failure f = step();
    if (f == Failure.CRASH) unsyncedNames.add(change);
    if (f != null) throw exception(f);
    unsyncedNames.add(change);
    apply(names, change);
  }

  @Override
  public synchronized void syncNames() throws IOException {
    Failure f = step();
    if (f != null) throw exception(f);
    unsyncedNames.clear();
    durableNames = new TreeMap<>(names);
  }

  private final class Handle implements DiskFile {
    private final Content content;
    private final int born;
    private boolean closed;

    Handle(Content content, int born) {
      this.content = content;
      this.born = born;
    }

    private void alive() throws IOException {
      if (dead || born != life) throw new Crashed();
      if (closed) throw new java.nio.channels.ClosedChannelException();
    }

    @Override
    public int read(long at, ByteBuffer to) throws IOException {
      synchronized (FaultyDisk.this) {
        alive();
        int n = (int) Math.max(0, Math.min(to.remaining(), content.now.length - at));
        if (n > 0) to.put(content.now, (int) at, n);
        return n;
      }
    }

    @Override
    public void write(long at, ByteBuffer from) throws IOException {
      synchronized (FaultyDisk.this) {
        alive();
        Failure f = step();
        byte[] data = new byte[from.remaining()];
        from.get(data);
        long growth = Math.max(0, at + data.length - content.now.length);
        long used = 0;
        for (Content c : names.values()) used += c.now.length;
        if (f == null && growth > 0 && used + growth > capacity) f = Failure.FULL;
        // a failed write may have written a part; a crash leaves it unsynced
        if (f == Failure.IO_ERROR || f == Failure.FULL) {
          data = Arrays.copyOf(data, random.nextInt(data.length + 1));
          if (used + growth > capacity) data = new byte[0];
        }
        if (data.length > 0) {
          Change c = new Change(at, data, -1);
          content.now = changed(content.now, c);
          content.unsynced.add(c);
        }
        if (f != null) throw exception(f);
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (FaultyDisk.this) {
        alive();
        return content.now.length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (FaultyDisk.this) {
        alive();
        Failure f = step();
        if (f != null && f != Failure.CRASH) throw exception(f);
        if (size < content.now.length) {
          Change c = new Change(0, null, size);
          content.now = changed(content.now, c);
          content.unsynced.add(c);
        }
        if (f != null) throw exception(f);
      }
    }

    @Override
    public void sync() throws IOException {
      synchronized (FaultyDisk.this) {
        alive();
        Failure f = step();
        if (f == Failure.CRASH) throw exception(f);
        if (f != null) {
          lose(content);
          throw exception(f);
        }
        for (Change c : content.unsynced) content.durable = changed(content.durable, c);
        content.unsynced.clear();
      }
    }

    @Override
    public void close() {
      synchronized (FaultyDisk.this) {
        closed = true;
      }
    }
  }
}
