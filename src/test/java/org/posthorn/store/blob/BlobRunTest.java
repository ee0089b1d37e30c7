package org.posthorn.store.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.posthorn.store.blob.BlobsTest.text;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

class BlobRunTest {
  private static final Blobs.Sizes SIZES = new Blobs.Sizes(1 << 20, 64 << 10, 256 << 10);

  private final AtomicLong now = new AtomicLong();
  private final FaultyDisk disk = new FaultyDisk(1);
  private final AtomicInteger fileReads = new AtomicInteger();
  private final AtomicInteger rowReads = new AtomicInteger();
  private final MemoryKv kv =
      new MemoryKv(
          new Faults() {
            @Override
            public void read() {
              rowReads.incrementAndGet();
            }
          });
  private Blobs blobs;

  /// A disk that counts reads.
  private final Disk counting =
      new Disk() {
        @Override
        public List<String> list() throws IOException {
          return disk.list();
        }

        @Override
        public DiskFile open(String name, boolean create) throws IOException {
          return new CountingFile(disk.open(name, create));
        }

        @Override
        public void delete(String name) throws IOException {
          disk.delete(name);
        }

        @Override
        public void syncNames() throws IOException {
          disk.syncNames();
        }
      };

  private final class CountingFile implements DiskFile {
    private final DiskFile file;

    CountingFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public int read(long at, ByteBuffer to) throws IOException {
      fileReads.incrementAndGet();
      return file.read(at, to);
    }

    @Override
    public void write(long at, ByteBuffer from) throws IOException {
      file.write(at, from);
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public void sync() throws IOException {
      file.sync();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @BeforeEach
  void open() throws IOException {
    blobs = Blobs.open(counting, kv, now::get, SIZES);
  }

  @AfterEach
  void close() {
    blobs.close();
    kv.close();
  }

  private void put(long id, int length) throws IOException {
    kv.commit(BlobsTest.using(kv, blobs.append(id, BlobSource.of(text(id, length))).rows()));
  }

  private void expect(BlobRun run, long id, int length) throws IOException {
    assertThat(run.bytes(id, 0, length)).as("blob %d", id).isEqualTo(text(id, length));
  }

  @Test
  void oneAfterTheOtherTakesFewReads() throws IOException {
    for (int id = 1; id <= 200; id++) {
      put(id, 4000);
    }
    BlobRun run = blobs.run();
    rowReads.set(0);
    fileReads.set(0);
    for (int id = 1; id <= 200; id++) {
      expect(run, id, 4000);
    }
    assertThat(rowReads.get()).isEqualTo(1);
    assertThat(fileReads.get()).isLessThan(20);
  }

  @Test
  void passesOverWhatIsBetweenAndReadsRanges() throws IOException {
    for (int id = 1; id <= 60; id++) {
      put(id, 1000 + id);
    }
    BlobRun run = blobs.run();
    for (int id = 1; id <= 60; id += 3) {
      assertThat(run.bytes(id, 10, 500))
          .isEqualTo(java.util.Arrays.copyOfRange(text(id, 1000 + id), 10, 510));
    }
    assertThatThrownBy(() -> run.bytes(60, 1000, 61)).isInstanceOf(java.io.EOFException.class);
    assertThatThrownBy(() -> run.bytes(61, 0, 1)).isInstanceOf(MissingBlobException.class);
  }

  @Test
  void anyOrderAndAnySizeGivesTheSame() throws Exception {
    Random random = new Random(7);
    List<Integer> ids = new ArrayList<>();
    int[] length = new int[151];
    for (int id = 1; id <= 150; id++) {
      length[id] = random.nextInt(10) == 0 ? random.nextInt(400_000) : random.nextInt(6000);
      put(id, length[id]);
      ids.add(id);
    }
    BlobRun run = blobs.run();
    for (int round = 0; round < 3; round++) {
      for (int id : ids) {
        expect(run, id, length[id]);
      }
      Collections.shuffle(ids, random);
    }
    blobs.seal();
    List<Long> dead = new ArrayList<>();
    for (long id = 1; id <= 150; id++) {
      if (id % 3 != 0) {
        dead.add(id);
      }
    }
    kv.commit(BlobsTest.using(kv, blobs.release(dead)));
    now.addAndGet(Compactor.GRACE_NANOS);
    assertThat(blobs.compact(id -> id % 3 == 0).segments()).isPositive();
    BlobRun fresh = blobs.run();
    for (int id = 3; id <= 150; id += 3) {
      expect(run, id, length[id]); // what it still holds of a file that is gone is as good
      expect(fresh, id, length[id]);
    }
  }

  @Test
  void damageHarmsOneBlob() throws IOException {
    for (int id = 1; id <= 20; id++) {
      put(id, 3000);
    }
    byte[] content = disk.content(disk.list().getFirst());
    int tenth = record(content, 10);
    disk.flip(disk.list().getFirst(), tenth + RecordHeader.SIZE + RecordHeader.TABLE_ENTRY + 100);
    BlobRun run = blobs.run();
    for (int id = 1; id <= 20; id++) {
      if (id == 10) {
        assertThatThrownBy(() -> run.bytes(10, 0, 3000)).isInstanceOf(CorruptBlobException.class);
      } else {
        expect(run, id, 3000);
      }
    }
  }

  private static int record(byte[] segment, long id) {
    int at = 0;
    while (true) {
      RecordHeader h = RecordHeader.decode(segment, at, 1, at);
      if (h.blobId() == id) {
        return at;
      }
      at += (int) h.stored();
    }
  }
}
