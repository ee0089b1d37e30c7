package org.posthorn.store.blob;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.RocksKv;
import org.posthorn.store.kv.RocksOptions;
import org.posthorn.store.kv.Row;

/// Measures durable messages a second: blob and ten rows a commit, from many virtual threads. Run
/// by hand: `CommitMeasurement DIRECTORY [octets] [threads] [seconds]`.
final class CommitMeasurement {
  private CommitMeasurement() {}

  public static void main(String[] args) throws Exception {
    Path dir = Path.of(args[0]).resolve("measured");
    int octets = args.length > 1 ? Integer.parseInt(args[1]) : 4096;
    int threads = args.length > 2 ? Integer.parseInt(args[2]) : 32;
    int seconds = args.length > 3 ? Integer.parseInt(args[3]) : 5;
    delete(dir);
    Files.createDirectories(dir);
    for (int round = 0; round < 2; round++) {
      long begin = System.nanoTime();
      try (RocksKv kv = RocksKv.open(dir.resolve("rows"), RocksOptions.DEFAULT, System::nanoTime);
          Blobs blobs = Blobs.open(new RealDisk(dir.resolve("blobs")), kv, System::nanoTime)) {
        System.out.printf("opened in %.1f ms%n", (System.nanoTime() - begin) / 1e6);
        write(kv, blobs, octets, threads, seconds);
        for (int i = 0; i < 3; i++) read(blobs);
      }
    }
    delete(dir);
  }

  private static void write(RocksKv kv, Blobs blobs, int octets, int threads, int seconds)
      throws Exception {
    long batches = kv.counters().batches.sum();
    long nanos = kv.counters().batchNanos.sum();
    long committed = kv.counters().committed.sum();
    AtomicLong count = new AtomicLong();
    long cpu = cpuNanos();
    long begin = System.nanoTime();
    long end = begin + seconds * 1_000_000_000L;
    long base = System.currentTimeMillis() << 20;
    List<Thread> running = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int me = t;
      running.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  deliver(kv, blobs, octets, me, base + ((long) me << 14), end, count);
                } catch (Exception e) {
                  e.printStackTrace();
                }
              }));
    }
    for (Thread t : running) t.join();
    double s = (System.nanoTime() - begin) / 1e9;
    double b = kv.counters().batches.sum() - batches;
    System.out.printf(
        "%d octets, %d threads: %.0f messages/s, %.1f a batch, %.2f ms a batch, %.1f us of CPU"
            + " each%n",
        octets,
        threads,
        count.get() / s,
        (kv.counters().committed.sum() - committed) / b,
        (kv.counters().batchNanos.sum() - nanos) / 1e6 / b,
        (cpuNanos() - cpu) / 1e3 / count.get());
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static void deliver(
      RocksKv kv, Blobs blobs, int octets, int me, long base, long end, AtomicLong count)
      throws Exception {
    Random r = new Random(me);
    Partition p = Partition.account(me);
    byte[] message = message(r, octets);
    long version = kv.head(p).version();
    for (long n = 0; System.nanoTime() < end; n++) {
      ByteBuffer.wrap(message).putLong(r.nextLong());
      Appended a = blobs.append(base + n, BlobSource.of(message));
      List<Row> facts = List.of(row('e', base + n, 900, r));
      List<Row> puts = new ArrayList<>();
      for (char c : "ampfxjbt".toCharArray()) puts.add(row(c, c < 'j' ? 1 : n, 80, r));
      puts.add(row('c', n, 0, r));
      Commit c = new Commit(p, version, n, facts, puts, List.of(), List.of(), a.rows());
      if (!(kv.commit(c) instanceof CommitResult.Committed(long v))) throw new AssertionError();
      version = v;
      count.incrementAndGet();
    }
  }

  private static Row row(char kind, long id, int length, Random r) {
    byte[] key = ByteBuffer.allocate(9).put((byte) kind).putLong(id).array();
    byte[] value = new byte[length];
    for (int i = 0; i < length; i++) value[i] = (byte) ('a' + (i * 7 + length) % 23);
    if (length > 16) ByteBuffer.wrap(value).putLong(r.nextLong());
    return new Row(key, value);
  }

  static byte[] message(Random r, int octets) {
    String[] words = new String[2000];
    for (int i = 0; i < words.length; i++) {
      StringBuilder w = new StringBuilder();
      for (int n = 2 + r.nextInt(8); n > 0; n--) w.append((char) ('a' + r.nextInt(26)));
      words[i] = w.append(' ').toString();
    }
    StringBuilder s = new StringBuilder();
    while (s.length() < octets) s.append(words[(int) Math.abs(r.nextGaussian() * 400) % 2000]);
    return s.substring(0, octets).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  /// Reads everything once, in the order of the ids, from one thread.
  private static void read(Blobs blobs) {
    long begin = System.nanoTime();
    long cpu = cpuNanos();
    List<Exception> bad = new ArrayList<>();
    long n = blobs.verifyAll(bad::add);
    double s = (System.nanoTime() - begin) / 1e9;
    System.out.printf(
        "read %d blobs, %.1f us and %.1f us of CPU each, %d bad, %d octets stored%n",
        n, s * 1e6 / n, (cpuNanos() - cpu) / 1e3 / n, bad.size(), blobs.usage().all());
  }

  private static void delete(Path dir) throws Exception {
    if (!Files.exists(dir)) return;
    try (Stream<Path> all = Files.walk(dir)) {
      for (Path p : all.sorted(Comparator.reverseOrder()).toList()) Files.delete(p);
    }
  }
}
