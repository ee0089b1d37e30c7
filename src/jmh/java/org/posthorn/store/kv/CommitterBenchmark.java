package org.posthorn.store.kv;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/// Synced commits of ten rows to a real database under `target/`, each thread to a partition of its
/// own, as deliveries to different accounts are: alone, and as many at once as fill a batch.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(3)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 3)
public class CommitterBenchmark {
  private static final int ROWS = 10;
  private static final int VALUE = 120;

  private final AtomicInteger clients = new AtomicInteger();
  private Path directory;
  private RocksKv kv;

  @Setup
  public void open() throws IOException {
    Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
    directory = Files.createTempDirectory(target, "jmh-");
    kv = RocksKv.open(directory.resolve("rows"), RocksOptions.DEFAULT, System::nanoTime);
  }

  @TearDown
  public void close() throws IOException {
    kv.close();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }

  /// One that commits.
  @State(Scope.Thread)
  public static class Client {
    private Partition partition;
    private Random random;
    private long version;
    private long number;

    @Setup
    public void begin(CommitterBenchmark all) {
      int n = all.clients.incrementAndGet();
      partition = Partition.account(n);
      random = new Random(n);
    }

    Commit next() {
      List<Row> puts = new ArrayList<>(ROWS);
      number++;
      for (int i = 0; i < ROWS; i++) {
        byte[] key =
            ByteBuffer.allocate(9).put((byte) ('a' + i)).putLong(i == 0 ? number : i).array();
        byte[] value = new byte[VALUE];
        random.nextBytes(value);
        puts.add(new Row(key, value));
      }
      return new Commit(
          partition, version, number, List.of(), puts, List.of(), List.of(), Commit.Local.NONE);
    }
  }

  @Benchmark
  @Threads(1)
  public long alone(Client client) {
    return commit(client);
  }

  @Benchmark
  @Threads(32)
  public long together(Client client) {
    return commit(client);
  }

  private long commit(Client client) {
    if (kv.commit(client.next()) instanceof CommitResult.Committed(long version)) {
      client.version = version;
      return version;
    }
    throw new IllegalStateException("not committed");
  }
}
