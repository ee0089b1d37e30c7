package org.posthorn.store.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.CommitResult;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;
import org.posthorn.store.kv.Partition;

class BlobsTest {
  private static final Blobs.Sizes SIZES = new Blobs.Sizes(1 << 20, 64 << 10, 300 << 10);

  static byte[] text(long seed, int length) {
    Random r = new Random(seed);
    byte[] out = new byte[length];
    for (int i = 0; i < length; i++) out[i] = (byte) ('a' + r.nextInt(6));
    return out;
  }

  static void use(MemoryKv kv, Appended a) {
    Partition p = Partition.account(1);
    Commit c =
        new Commit(
            p, kv.head(p).version(), 1, List.of(), List.of(), List.of(), List.of(), a.rows());
    assertThat(kv.commit(c)).isInstanceOf(CommitResult.Committed.class);
  }

  @Test
  void keepsBlobsOfAllSizesAcrossOpening() throws Exception {
    FaultyDisk disk = new FaultyDisk(1);
    MemoryKv kv = new MemoryKv();
    int f = Frames.PLAIN;
    int[] sizes = {
      0, 1, 100, 4096, f - 1, f, f + 1, 2 * f - 1, 2 * f, 2 * f + 1, 3 * f + 77, 800_000
    };
    for (int round = 0; round < 3; round++) {
      Blobs blobs = Blobs.open(disk, kv, () -> 0, SIZES);
      for (int i = 0; i < sizes.length; i++) {
        use(kv, blobs.append(100 * round + i, BlobSource.of(text(i, sizes[i]))));
      }
      for (int id = 0; id < 100 * round + sizes.length; id++) {
        if (id % 100 >= sizes.length) continue;
        assertThat(blobs.bytes(id)).isEqualTo(text(id % 100, sizes[id % 100]));
        assertThat(blobs.length(id)).isEqualTo(sizes[id % 100]);
        try (var in = blobs.read(id, 0, sizes[id % 100])) {
          assertThat(in.readAllBytes()).isEqualTo(text(id % 100, sizes[id % 100]));
        }
      }
      if (round < 2) blobs.close();
      kv.close();
      kv = kv.reopen(Faults.NONE);
      if (round == 1) disk.crash();
    }
  }
}
