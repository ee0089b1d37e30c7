package org.posthorn.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthorn.store.blob.FaultyDisk.Failure;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.KvException;
import org.posthorn.store.kv.MemoryKv;

/// One seeded workload, in which the disk fails or the process dies at every step in turn: what was
/// acknowledged is there and whole, what was not is there whole or not at all.
class BlobsCrashTest {
  private static final Blobs.Sizes SIZES = new Blobs.Sizes(8 << 10, 1 << 10, 3 << 10);
  private static final int OPERATIONS = 60;

  /// The state of one run.
  private static final class Run {
    final Random random;
    final FaultyDisk disk;
    final AtomicLong now = new AtomicLong();
    final TreeMap<Long, Integer> kept = new TreeMap<>(); // acknowledged: id to length
    final TreeMap<Long, Integer> unsure = new TreeMap<>(); // perhaps there, perhaps not
    MemoryKv kv = new MemoryKv();
    Blobs blobs;
    long nextId = 1;

    Run(long seed) {
      random = new Random(seed);
      disk = new FaultyDisk(seed);
    }

    void open() throws IOException {
      blobs = Blobs.open(disk, kv, now::get, SIZES);
    }

    /// The process dies, if the disk has not let it die already, and starts again.
    void crash() throws IOException {
      kv.crash();
      disk.crash();
      kv = kv.reopen(Faults.NONE);
      open();
    }

    byte[] content(long id, int length) {
      return id % 3 == 0 ? BlobsTest.noise(id, length) : BlobsTest.text(id, length);
    }

    void work() throws IOException {
      List<Appended> pending = new ArrayList<>();
      for (int i = 0; i < OPERATIONS && !disk.dead() && !kv.crashed(); i++) {
        try {
          switch (random.nextInt(12)) {
            case 0, 1 -> release();
            case 2 -> blobs.seal();
            case 3 -> {
              now.addAndGet(Compactor.GRACE_NANOS);
              blobs.compact(_ -> true);
            }
            case 4 -> commit(pending);
            default -> {
              long id = nextId++;
              int length = random.nextInt(random.nextInt(8) == 0 ? 5000 : 900);
              pending.add(blobs.append(id, BlobSource.of(content(id, length))));
              if (random.nextBoolean()) commit(pending);
            }
          }
        } catch (IOException | KvException e) {
          // refused: the next operation tries something else
        }
      }
    }

    void commit(List<Appended> pending) {
      Commit.Local rows = Commit.Local.NONE;
      List<Appended> now = List.copyOf(pending);
      pending.clear();
      for (Appended a : now) rows = rows.and(a.rows());
      switch (kv.commit(BlobsTest.using(kv, rows))) {
        case CommitResult.Committed _ -> now.forEach(a -> kept.put(a.blobId(), (int) a.length()));
        case CommitResult.Rejected _ -> {}
        case CommitResult.Unknown _ -> now.forEach(a -> unsure.put(a.blobId(), (int) a.length()));
        case CommitResult.Conflict c -> throw new AssertionError(c);
      }
    }

    void release() {
      List<Long> ids = new ArrayList<>();
      for (long id : kept.keySet()) if (random.nextInt(3) > 0) ids.add(id);
      switch (kv.commit(BlobsTest.using(kv, blobs.release(ids)))) {
        case CommitResult.Committed _ -> ids.forEach(kept::remove);
        case CommitResult.Rejected _ -> {}
        case CommitResult.Unknown _ -> ids.forEach(id -> unsure.put(id, kept.remove(id)));
        case CommitResult.Conflict c -> throw new AssertionError(c);
      }
    }

    void check(String when) {
      kept.forEach((id, length) -> {
        try {
          assertThat(Arrays.equals(blobs.bytes(id), content(id, length))).isTrue();
        } catch (IOException e) {
          fail(when + ": blob " + id + " of " + length, e);
        }
      });
      unsure.forEach((id, length) -> {
        try {
          if (Arrays.equals(blobs.bytes(id), content(id, length))) kept.put(id, length);
        } catch (MissingBlobException e) {
          // one of the two
        } catch (IOException e) {
          fail(when + ": blob " + id + " of " + length, e);
        }
      });
      unsure.clear();
      long good = blobs.verifyAll(e -> fail(when, e));
      assertThat(good).as(when).isEqualTo(kept.size());
    }
  }

  private static long steps(long seed) throws IOException {
    Run run = new Run(seed);
    run.open();
    run.work();
    run.check("without faults");
    return run.disk.steps();
  }

  private static void failingAtEveryStep(long seed, Failure how) throws IOException {
    long steps = steps(seed);
    assertThat(steps).isGreaterThan(80);
    for (long step = 1; step <= steps; step++) {
      String when = how + " at step " + step + " of seed " + seed;
      Run run = new Run(seed);
      run.disk.failAt(step, how);
      try {
        run.open();
        run.work();
      } catch (IOException e) {
        assertThat(run.disk.dead() || run.blobs == null).as(when).isTrue();
      }
      run.crash();
      run.check(when);
      // it goes on from there, and a second death right after opening changes nothing
      run.crash();
      run.check(when + ", again");
      run.work();
      run.check(when + ", later");
      run.crash();
      run.check(when + ", much later");
    }
  }

  /// Dies in the database, after the segments were synced.
  @Test
  void diesAtEveryCommit() throws IOException {
    for (int commit = 1; commit <= OPERATIONS; commit++) {
      for (Faults.Fate fate : List.of(Faults.Fate.CRASH_LOST, Faults.Fate.CRASH_KEPT)) {
        String when = fate + " at commit " + commit;
        Run run = new Run(commit);
        AtomicInteger left = new AtomicInteger(commit);
        run.kv =
            new MemoryKv(
                new Faults() {
                  @Override
                  public Fate commit(Commit c) {
                    return left.decrementAndGet() == 0 ? fate : Fate.APPLY;
                  }
                });
        run.open();
        run.work();
        run.crash();
        run.check(when);
        run.work();
        run.check(when + ", later");
      }
    }
  }

  @Test
  void diesAtEveryStep() throws IOException {
    for (long seed = 1; seed <= 2; seed++) failingAtEveryStep(seed, Failure.CRASH);
  }

  @Test
  void failsAtEveryStep() throws IOException {
    for (long seed = 11; seed <= 11; seed++) failingAtEveryStep(seed, Failure.IO_ERROR);
  }

  @Test
  void isFullAtEveryStep() throws IOException {
    for (long seed = 21; seed <= 21; seed++) failingAtEveryStep(seed, Failure.FULL);
  }
}
