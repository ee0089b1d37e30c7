package org.posthorn.store.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthorn.store.kv.KvContract.P;
import static org.posthorn.store.kv.KvContract.b;
import static org.posthorn.store.kv.KvContract.commit;
import static org.posthorn.store.kv.KvContract.local;
import static org.posthorn.store.kv.KvContract.row;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.store.kv.CommitResult.Committed;
import org.posthorn.store.kv.CommitResult.Rejected;
import org.posthorn.store.kv.CommitResult.Unknown;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/// The engine on a disk that fails.
class RocksKvFaultTest {
  private enum Fault {
    NONE,
    BEFORE_WRITE,
    AFTER_WRITE
  }

  private static final Commit.Local BLOB = new Commit.Local(List.of(row("B1", "x")), List.of());

  @TempDir Path directory;
  private final AtomicLong now = new AtomicLong();
  private final AtomicLong free = new AtomicLong(Long.MAX_VALUE);
  private final AtomicInteger failingOpens = new AtomicInteger();
  private volatile Fault fault = Fault.NONE;
  private volatile boolean readsFail;
  private RocksKv kv;

  /// Fails the next write once.
  private final class FailingDatabase extends Database {
    FailingDatabase(Path d) throws RocksDBException {
      super(d, RocksOptions.DEFAULT);
    }

    @Override
    void write(WriteBatch batch) throws RocksDBException {
      Fault f = fault;
      fault = Fault.NONE;
      if (f == Fault.BEFORE_WRITE) throw new RocksDBException("told to, before");
      super.write(batch);
      if (f == Fault.AFTER_WRITE) throw new RocksDBException("told to, after");
    }

    @Override
    byte[] get(byte[] key) throws RocksDBException {
      if (readsFail) throw new RocksDBException("told to, reading");
      return super.get(key);
    }
  }

  @BeforeEach
  void open() throws IOException {
    Path rows = Files.createDirectories(directory.resolve("rows"));
    NativeLibrary.load(directory.resolve("native"));
    var options = new RocksOptions(1 << 20, 1 << 20, 2, 2, 1 << 20, 1000);
    kv =
        new RocksKv(
            () -> {
              if (failingOpens.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                throw new RocksDBException("told to, opening");
              }
              return new FailingDatabase(rows);
            },
            2,
            new DiskSpace(rows, options, free::get),
            now::get);
    assertThat(kv.commit(commit(P, 0, 1, List.of(row("a", "1"))))).isEqualTo(new Committed(1));
  }

  @AfterEach
  void close() {
    kv.close();
  }

  @Test
  void failedWriteThatIsNotThereIsRejected() {
    fault = Fault.BEFORE_WRITE;
    assertThat(kv.commit(commit(P, 1, 2, List.of(row("a", "2"))))).isInstanceOf(Rejected.class);
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(1, 1));
    assertThat(kv.commit(commit(P, 1, 3, List.of(row("a", "3"))))).isEqualTo(new Committed(2));
    assertThat(kv.trouble()).isNull();
    assertThat(kv.counters().failures.sum()).isEqualTo(1);
  }

  @Test
  void anotherFailureSoonAfterHoldsWritesForAWhile() {
    for (int i = 0; i < 2; i++) {
      fault = Fault.BEFORE_WRITE;
      assertThat(kv.commit(commit(P, 1, 2, List.of()))).isInstanceOf(Rejected.class);
    }
    assertThat(kv.commit(commit(P, 1, 3, List.of()))).isInstanceOf(Rejected.class);
    assertThat(kv.get(P, b("a"))).isEqualTo(b("1"));
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(kv.commit(commit(P, 1, 3, List.of()))).isEqualTo(new Committed(2));
  }

  @Test
  void failedWriteThatIsThereAllTheSameIsCommitted() {
    fault = Fault.AFTER_WRITE;
    assertThat(kv.commit(commit(P, 1, 2, List.of(row("a", "2"))))).isEqualTo(new Committed(2));
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(2, 2));
    assertThat(kv.commit(commit(P, 2, 3, List.of()))).isEqualTo(new Committed(3));
    assertThat(kv.trouble()).isNull();
  }

  @Test
  void failedReadOfTheCommitterRejects() {
    readsFail = true;
    Partition other = Partition.account(8);
    assertThat(kv.commit(commit(other, 0, 2, List.of()))).isInstanceOf(Rejected.class);
    assertThat(kv.trouble()).contains("told to, reading");
    readsFail = false;
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(kv.commit(commit(other, 0, 2, List.of()))).isEqualTo(new Committed(1));
    assertThat(kv.trouble()).isNull();
  }

  @Test
  void whileItCannotBeOpenedEverythingFailsAndThenIsGoodAgain() {
    failingOpens.set(1);
    fault = Fault.AFTER_WRITE;
    assertThat(kv.commit(commit(P, 1, 2, List.of(row("a", "2"))))).isInstanceOf(Unknown.class);
    assertThat(kv.trouble()).contains("told to, opening");
    assertThatThrownBy(() -> kv.head(P)).isInstanceOf(KvException.class);
    assertThatThrownBy(() -> kv.scan(P, null, null, 1)).isInstanceOf(KvException.class);
    assertThat(kv.commit(commit(P, 2, 3, List.of()))).isInstanceOf(Rejected.class);
    assertThatThrownBy(() -> kv.writeLocal(BLOB)).isInstanceOf(KvException.class);
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    // the unknown commit turns out to be there
    assertThat(kv.commit(commit(P, 2, 3, List.of()))).isEqualTo(new Committed(3));
    assertThat(kv.trouble()).isNull();
    assertThat(kv.get(P, b("a"))).isEqualTo(b("2"));
  }

  @Test
  void writeThatFailsAgainAfterOpeningIsTriedWithANewOpening() {
    fault = Fault.BEFORE_WRITE;
    failingOpens.set(1);
    assertThat(kv.commit(commit(P, 1, 2, List.of()))).isInstanceOf(Unknown.class);
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    fault = Fault.BEFORE_WRITE;
    assertThat(kv.commit(commit(P, 1, 2, List.of()))).isInstanceOf(Rejected.class);
    assertThat(kv.trouble()).contains("told to, before");
    assertThat(kv.head(P)).isEqualTo(new Kv.Head(1, 1));
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(kv.commit(commit(P, 1, 3, List.of()))).isEqualTo(new Committed(2));
    assertThat(kv.trouble()).isNull();
  }

  @Test
  void closesWhileItCannotBeOpened() {
    failingOpens.set(1000);
    fault = Fault.BEFORE_WRITE;
    assertThat(kv.commit(commit(P, 1, 2, List.of()))).isInstanceOf(Unknown.class);
    kv.close();
    assertThatThrownBy(() -> kv.head(P)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void everythingBehindAFailedBatchIsAnswered() throws Exception {
    KvContract.Guard guard = new KvContract.Guard();
    kv.guardLocal(guard);
    guard.stubborn = true;
    guard.failing = true;
    List<CompletableFuture<CommitResult>> results = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      var box = new CompletableFuture<CommitResult>();
      results.add(box);
      kv.submit(local(P, 1 + i, BLOB), box::complete);
    }
    for (var r : results) assertThat(r.get()).isInstanceOfAny(Rejected.class);
    assertThat(kv.trouble()).contains("told to");
    guard.stubborn = false;
    guard.failing = false;
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(kv.commit(local(P, 1, BLOB))).isEqualTo(new Committed(2));
    assertThat(kv.trouble()).isNull();
  }

  @Test
  void onAFullDiskOnlyChangesWithoutNewBlobsAreAccepted() throws Exception {
    Path ballast = directory.resolve("rows/ballast");
    free.set(10);
    now.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(kv.commit(commit(P, 1, 2, List.of(row("a", "2"))))).isEqualTo(new Committed(2));
    assertThat(kv.trouble()).contains("disk full");
    assertThat(ballast).doesNotExist();
    assertThat(kv.commit(local(P, 2, BLOB))).isInstanceOf(Rejected.class);
    assertThat(kv.commit(commit(P, 2, 3, List.of()))).isEqualTo(new Committed(3));
    free.set(1L << 40);
    now.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(kv.commit(commit(P, 3, 4, List.of()))).isEqualTo(new Committed(4));
    assertThat(kv.trouble()).isNull();
    assertThat(kv.commit(local(P, 4, BLOB))).isEqualTo(new Committed(5));
  }
}
