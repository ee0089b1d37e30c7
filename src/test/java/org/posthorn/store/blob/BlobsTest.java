package org.posthorn.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult.Committed;
import org.posthorn.store.kv.CommitResult.Rejected;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.RocksKv;
import org.posthorn.store.kv.RocksOptions;

class BlobsTest {
  private static final int F = Frames.PLAIN;
  private static final Blobs.Sizes SMALL = new Blobs.Sizes(64 << 10, 8 << 10, 20 << 10);
  private static final Partition P = Partition.account(1);

  private final AtomicLong now = new AtomicLong();
  private FaultyDisk disk = new FaultyDisk(1);
  private MemoryKv kv = new MemoryKv();
  private Blobs blobs;

  @BeforeEach
  void open() throws IOException {
    blobs = Blobs.open(disk, kv, now::get, SMALL);
  }

  @AfterEach
  void close() {
    blobs.close();
    kv.close();
  }

  private void reopen() throws IOException {
    blobs.close();
    kv.close();
    kv = kv.reopen(Faults.NONE);
    open();
  }

  private void crash() throws IOException {
    kv.crash();
    disk.crash();
    kv = kv.reopen(Faults.NONE);
    open();
  }

  /// Octets that compress to about a third, the same for the same seed.
  static byte[] text(long seed, int length) {
    Random r = new Random(seed);
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) out[i] = (byte) ('a' + r.nextInt(6));
    return out;
  }

  static byte[] noise(long seed, int length) {
    byte[] out = new byte[length];
    new Random(seed).nextBytes(out);
    return out;
  }

  static Commit using(Kv kv, Commit.Local rows) {
    return new Commit(P, kv.head(P).version(), 1, List.of(), List.of(), List.of(), List.of(), rows);
  }

  private void put(long id, byte[] content) throws IOException {
    Appended a = blobs.append(id, BlobSource.of(content));
    assertThat(a.length()).isEqualTo(content.length);
    assertThat(kv.commit(using(kv, a.rows()))).isInstanceOf(Committed.class);
  }

  private List<String> segments() throws IOException {
    List<String> out = new ArrayList<>(disk.list());
    out.sort(null);
    return out;
  }

  @Test
  void keepsBlobsOfAllSizes() throws Exception {
    int[] sizes = {0, 1, 100, 4096, F - 1, F, F + 1, 2 * F - 1, 2 * F, 2 * F + 1, 3 * F + 77};
    for (int i = 0; i < sizes.length; i++) {
      put(i, text(i, sizes[i]));
      put(100 + i, noise(i, sizes[i]));
    }
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < sizes.length; i++) {
        assertThat(blobs.length(i)).isEqualTo(sizes[i]);
        assertThat(blobs.bytes(i)).isEqualTo(text(i, sizes[i]));
        assertThat(blobs.bytes(100 + i)).isEqualTo(noise(i, sizes[i]));
        try (InputStream in = blobs.read(i, 0, sizes[i])) {
          assertThat(in.readAllBytes()).isEqualTo(text(i, sizes[i]));
        }
        blobs.verify(i);
      }
      reopen();
    }
  }

  @Test
  void compressesText() throws Exception {
    put(1, text(1, 10_000));
    put(2, noise(1, 10_000));
    assertThat(blobs.usage().all()).isBetween(13_000L, 15_000L);
    assertThat(blobs.usage().live()).isEqualTo(blobs.usage().all());
  }

  @Test
  void readsRanges() throws Exception {
    byte[] content = text(5, 3 * F + 500);
    put(1, content);
    int[] edges = {0, 1, 77, F - 1, F, F + 1, 2 * F, 2 * F + 9, 3 * F, 3 * F + 499, 3 * F + 500};
    for (int from : edges) {
      for (int to : edges) {
        if (to < from) continue;
        byte[] expected = Arrays.copyOfRange(content, from, to);
        assertThat(blobs.bytes(1, from, to - from)).isEqualTo(expected);
        try (InputStream in = blobs.read(1, from, to - from)) {
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          assertThat(in.transferTo(out)).isEqualTo(to - from);
          assertThat(out.toByteArray()).isEqualTo(expected);
          assertThat(in.read()).isEqualTo(-1);
        }
      }
    }
    try (InputStream in = blobs.read(1, 10, F)) {
      assertThat(in.read()).isEqualTo(content[10]);
      in.skipNBytes(F - 3);
      assertThat(in.read()).isEqualTo(content[F + 8]);
      assertThat(in.read(new byte[9], 3, 6)).isEqualTo(1);
      assertThat(in.read(new byte[9], 3, 6)).isEqualTo(-1);
    }
    assertThatThrownBy(() -> blobs.bytes(1, 0, content.length + 1))
        .isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> blobs.read(1, -1, 5)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> blobs.read(1, content.length, 1)).isInstanceOf(EOFException.class);
    assertThatThrownBy(() -> blobs.read(1, Long.MAX_VALUE, Long.MAX_VALUE))
        .isInstanceOf(EOFException.class);
  }

  @Test
  void existsOnlyByItsRows() throws Exception {
    Appended a = blobs.append(7, BlobSource.of(text(7, 100)));
    assertThatThrownBy(() -> blobs.bytes(7)).isInstanceOf(MissingBlobException.class);
    kv.commit(using(kv, a.rows()));
    assertThat(blobs.bytes(7)).isEqualTo(text(7, 100));
    kv.commit(using(kv, blobs.release(List.of(7L, 8L))));
    assertThatThrownBy(() -> blobs.bytes(7)).isInstanceOf(MissingBlobException.class);
    assertThat(blobs.usage().live()).isZero();
  }

  @Test
  void sourceThatEndsEarlyOrFailsLeavesNothing() throws Exception {
    for (int length : new int[] {500, 3 * F}) {
      BlobSource shorter =
          new BlobSource() {
            @Override
            public long length() {
              return length;
            }

            @Override
            public InputStream open() {
              return new ByteArrayInputStream(text(1, length - 1));
            }
          };
      assertThatThrownBy(() -> blobs.append(1, shorter)).isInstanceOf(EOFException.class);
      put(length, text(2, length));
      assertThat(blobs.bytes(length)).isEqualTo(text(2, length));
    }
    crash();
    assertThat(blobs.verifyAll(e -> assertThat(e).isNull())).isEqualTo(2);
  }

  @Test
  void beginsNewSegments() throws Exception {
    for (int i = 0; i < 100; i++) put(i, noise(i, 5000));
    assertThat(segments()).hasSizeBetween(8, 10);
    reopen();
    put(100, noise(100, 5000));
    for (int i = 0; i <= 100; i++) assertThat(blobs.bytes(i)).isEqualTo(noise(i, 5000));
    for (String name : segments()) assertThat(disk.content(name).length).isLessThan(70_000);
  }

  @Test
  void flippedBitHarmsOneBlobOnly() throws Exception {
    put(1, text(1, 50));
    put(2, text(2, 300));
    put(3, noise(3, 50));
    String name = segments().getFirst();
    int from = RecordHeader.overhead(50);
    byte[] file = disk.content(name);
    while (RecordHeader.decode(file, from, 1, from) == null) from++;
    int to = from + 1;
    while (RecordHeader.decode(file, to, 1, to) == null) to++;
    for (int at = from; at < to; at++) {
      disk.flip(name, at);
      assertThatThrownBy(() -> blobs.bytes(2)).isInstanceOf(CorruptBlobException.class);
      assertThatThrownBy(() -> blobs.verify(2)).isInstanceOf(CorruptBlobException.class);
      assertThat(blobs.bytes(1)).isEqualTo(text(1, 50));
      assertThat(blobs.bytes(3)).isEqualTo(noise(3, 50));
      disk.flip(name, at);
    }
    assertThat(blobs.bytes(2)).isEqualTo(text(2, 300));
  }

  @Test
  void damageInTheMiddleOfTheOpenSegmentSurvivesOpening() throws Exception {
    for (int i = 0; i < 8; i++) put(i, text(i, 500));
    String name = segments().getFirst();
    int header = 0; // of blob 3
    byte[] file = disk.content(name);
    for (int n = 0; n < 4; header++) {
      if (RecordHeader.decode(file, header, 1, header) != null) n++;
    }
    disk.flip(name, header + 7);
    crash();
    List<IOException> bad = new ArrayList<>();
    assertThat(blobs.verifyAll(bad::add)).isEqualTo(7);
    assertThat(bad).singleElement().isInstanceOf(CorruptBlobException.class);
    assertThat(((CorruptBlobException) bad.getFirst()).blobId()).isEqualTo(3);
    for (int i = 4; i < 8; i++) assertThat(blobs.bytes(i)).isEqualTo(text(i, 500));
    put(9, text(9, 500));
    assertThat(blobs.bytes(9)).isEqualTo(text(9, 500));
  }

  @Test
  void lostFileIsCorruptionOfItsBlobs() throws Exception {
    put(1, noise(1, 5000));
    blobs.seal();
    put(2, noise(2, 5000));
    disk.delete(segments().getFirst());
    disk.syncNames();
    reopen();
    assertThatThrownBy(() -> blobs.bytes(1)).isInstanceOf(CorruptBlobException.class);
    assertThat(blobs.bytes(2)).isEqualTo(noise(2, 5000));
  }

  @Test
  void whatWasNeverCommittedIsCut() throws Exception {
    put(1, noise(1, 1000));
    for (int i = 0; i < 5; i++) blobs.append(10 + i, BlobSource.of(noise(i, 1000)));
    blobs.sync();
    crash();
    assertThat(blobs.usage().all()).isBetween(1000L, 1100L);
    assertThat(disk.content(segments().getFirst()).length).isBetween(1000, 1100);
    put(2, noise(2, 1000));
    reopen();
    assertThat(blobs.bytes(1)).isEqualTo(noise(1, 1000));
    assertThat(blobs.bytes(2)).isEqualTo(noise(2, 1000));
  }

  @Test
  void fileInWhichNothingWasCommittedGoes() throws Exception {
    blobs.append(1, BlobSource.of(noise(1, 1000)));
    blobs.append(2, BlobSource.of(noise(1, 100_000)));
    blobs.sync();
    crash();
    assertThat(segments()).isEmpty();
  }

  @Test
  void failedSyncDistrustsWhatWasAppendedSince() throws Exception {
    put(1, noise(1, 1000));
    Appended before = blobs.append(2, BlobSource.of(noise(2, 1000)));
    Appended later = blobs.append(3, BlobSource.of(noise(3, 1000)));
    disk.failAt(1, FaultyDisk.Failure.IO_ERROR);
    assertThat(kv.commit(using(kv, before.rows()))).isInstanceOf(Rejected.class);
    // the disk works again, and says nothing of what it lost
    assertThat(kv.commit(using(kv, later.rows()))).isInstanceOf(Rejected.class);
    assertThat(kv.commit(using(kv, before.rows()))).isInstanceOf(Rejected.class);
    put(4, noise(4, 1000));
    assertThat(segments()).hasSize(2);
    crash();
    assertThat(blobs.bytes(1)).isEqualTo(noise(1, 1000));
    assertThat(blobs.bytes(4)).isEqualTo(noise(4, 1000));
    assertThat(blobs.verifyAll(e -> assertThat(e).isNull())).isEqualTo(2);
  }

  @Test
  void failedWriteHarmsOnlyItself() throws Exception {
    put(1, noise(1, 1000));
    disk.failAt(1, FaultyDisk.Failure.IO_ERROR);
    assertThatThrownBy(() -> blobs.append(2, BlobSource.of(noise(2, 1000))))
        .isInstanceOf(IOException.class);
    put(3, noise(3, 1000));
    crash();
    assertThat(blobs.verifyAll(e -> assertThat(e).isNull())).isEqualTo(2);
  }

  @Test
  void fullDiskRefusesAndGoesOnWhenThereIsRoom() throws Exception {
    disk.capacity(30_000);
    int stored = 0;
    try {
      for (int i = 0; i < 100; i++) {
        put(i, noise(i, 1000));
        stored++;
      }
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No space");
    }
    assertThat(stored).isBetween(24, 29);
    disk.failNothing();
    put(200, noise(200, 1000));
    crash();
    assertThat(blobs.verifyAll(e -> assertThat(e).isNull())).isEqualTo(stored + 1);
  }

  private void releaseAllBut(int n, int keepEvery) {
    List<Long> dead = new ArrayList<>();
    for (long i = 0; i < n; i++) if (i % keepEvery != 0) dead.add(i);
    assertThat(kv.commit(using(kv, blobs.release(dead)))).isInstanceOf(Committed.class);
  }

  @Test
  void compactionWaitsForTheGraceTimeAndThenCopiesTheLiving() throws Exception {
    for (int i = 0; i < 60; i++) put(i, noise(i, 5000));
    releaseAllBut(60, 5);
    assertThat(blobs.compact(_ -> true)).isEqualTo(Compaction.NOTHING);
    now.addAndGet(Compactor.GRACE_NANOS);
    Compaction done = blobs.compact(id -> id != 5);
    assertThat(done.segments()).isEqualTo(4);
    assertThat(done.freed()).isGreaterThan(150_000);
    assertThatThrownBy(() -> blobs.bytes(5)).isInstanceOf(MissingBlobException.class);
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 60; i += 5) {
        if (i != 5) assertThat(blobs.bytes(i)).isEqualTo(noise(i, 5000));
      }
      crash();
    }
    assertThat(blobs.verifyAll(e -> assertThat(e).isNull())).isEqualTo(11);
    assertThat(blobs.compact(_ -> true).segments()).isLessThanOrEqualTo(1);
  }

  @Test
  void compactionNeedsNoGraceForWhatWasSealedBeforeTheStart() throws Exception {
    for (int i = 0; i < 60; i++) put(i, noise(i, 5000));
    releaseAllBut(60, 5);
    reopen();
    assertThat(blobs.compact(_ -> true).segments()).isPositive();
    for (int i = 0; i < 60; i += 5) assertThat(blobs.bytes(i)).isEqualTo(noise(i, 5000));
  }

  @Test
  void compactionLeavesDamagedSegmentsAlone() throws Exception {
    for (int i = 0; i < 20; i++) put(i, noise(i, 5000));
    releaseAllBut(20, 5);
    reopen();
    String first = segments().getFirst();
    disk.flip(first, 2000); // in a frame of blob 0
    assertThat(blobs.compact(_ -> true)).isEqualTo(Compaction.NOTHING);
    assertThatThrownBy(() -> blobs.bytes(0)).isInstanceOf(CorruptBlobException.class);
    assertThat(blobs.bytes(5)).isEqualTo(noise(5, 5000));
    assertThat(segments()).contains(first);
  }

  @Test
  void pinKeepsFiles() throws Exception {
    for (int i = 0; i < 60; i++) put(i, noise(i, 5000));
    releaseAllBut(60, 5);
    List<String> sealed = blobs.seal();
    now.addAndGet(Compactor.GRACE_NANOS);
    AutoCloseable pin = blobs.pin();
    AutoCloseable second = blobs.pin();
    assertThat(blobs.compact(_ -> true).segments()).isPositive();
    assertThat(segments()).containsAll(sealed);
    pin.close();
    pin.close();
    assertThat(segments()).containsAll(sealed);
    second.close();
    assertThat(segments()).doesNotContainAnyElementsOf(sealed.subList(0, 4));
    reopen();
    for (int i = 0; i < 60; i += 5) assertThat(blobs.bytes(i)).isEqualTo(noise(i, 5000));
  }

  @Test
  void readersGoOnWhileCompactionMovesWhatTheyRead() throws Exception {
    byte[] longest = noise(77, 5 * F);
    put(1000, longest);
    for (int i = 0; i < 100; i++) put(i, noise(i, 5000));
    releaseAllBut(100, 4);
    blobs.seal();
    AtomicBoolean ended = new AtomicBoolean();
    var failures = new ConcurrentLinkedQueue<Throwable>();
    List<Thread> readers = new ArrayList<>();
    InputStream slow = blobs.read(1000, 0, longest.length);
    assertThat(slow.readNBytes(10)).isEqualTo(Arrays.copyOf(longest, 10));
    for (int t = 0; t < 4; t++) {
      Random r = new Random(t);
      readers.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  while (!ended.get()) {
                    int id = 4 * r.nextInt(25);
                    assertThat(blobs.bytes(id)).isEqualTo(noise(id, 5000));
                  }
                } catch (Throwable e) {
                  failures.add(e);
                }
              }));
    }
    for (int round = 0; round < 5; round++) {
      for (Segment s : blobs.segments().all()) s.live.set(0); // as if all were mostly dead
      now.addAndGet(Compactor.GRACE_NANOS);
      assertThat(blobs.compact(_ -> true).segments()).isPositive();
      blobs.seal();
    }
    ended.set(true);
    for (Thread t : readers) t.join();
    assertThat(failures).isEmpty();
    assertThat(slow.readAllBytes()).isEqualTo(Arrays.copyOfRange(longest, 10, longest.length));
  }

  @Test
  void manyThreadsAppendAndReadOnARealDisk(@TempDir Path dir) throws Exception {
    var failures = new ConcurrentLinkedQueue<Throwable>();
    try (RocksKv rocks =
            RocksKv.open(
                dir.resolve("rows"), RocksOptions.DEFAULT.withoutReserve(), System::nanoTime);
        Blobs real =
            Blobs.open(
                new RealDisk(dir.resolve("blobs")),
                rocks,
                System::nanoTime,
                new Blobs.Sizes(1 << 20, 64 << 10, 100_000))) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 20; t++) {
        Partition mine = Partition.account(t);
        int base = 1000 * t;
        threads.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    for (int i = 0; i < 20; i++) {
                      byte[] content = text(base + i, i == 7 ? 300_000 : 1000 * i);
                      Appended a = real.append(base + i, BlobSource.of(content));
                      if (i == 3) Thread.currentThread().interrupt();
                      List<org.posthorn.store.kv.Row> none = List.of();
                      assertThat(
                              rocks.commit(
                                  new Commit(
                                      mine, i, i, none, none, List.of(), List.of(), a.rows())))
                          .isEqualTo(new Committed(i + 1));
                      assertThat(real.bytes(base + i)).isEqualTo(content);
                      if (i == 3) assertThat(Thread.interrupted()).isTrue();
                    }
                  } catch (Throwable e) {
                    failures.add(e);
                  }
                }));
      }
      for (Thread t : threads) t.join();
      assertThat(failures).isEmpty();
    }
    try (RocksKv rocks =
            RocksKv.open(
                dir.resolve("rows"), RocksOptions.DEFAULT.withoutReserve(), System::nanoTime);
        Blobs real = Blobs.open(new RealDisk(dir.resolve("blobs")), rocks, System::nanoTime)) {
      assertThat(real.verifyAll(failures::add)).isEqualTo(400);
      assertThat(failures).isEmpty();
    }
  }
}
