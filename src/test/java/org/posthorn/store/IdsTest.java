package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

class IdsTest {
  private final AtomicLong now = new AtomicLong(1_800_000_000_000L);

  @Test
  void grow() {
    Ids ids = new Ids(() -> Instant.ofEpochMilli(now.get()), 3, 0);
    long before = 0;
    for (int i = 0; i < 20_000; i++) {
      if (i == 10_000) now.addAndGet(-3_600_000); // the clock is set back
      long id = ids.next();
      assertThat(id).isGreaterThan(before);
      before = id;
    }
    assertThat(Ids.millis(before)).isBetween(1_800_000_000_000L, 1_800_000_000_100L);
  }

  @Test
  void noneTwiceOverARestartWithTheClockSetBack() {
    MemoryKv kv = new MemoryKv();
    FaultyDisk disk = new FaultyDisk(1);
    Set<Long> seen = new HashSet<>();
    List<Long> all = new ArrayList<>();
    for (int start = 0; start < 4; start++) {
      try (TestStore test = new TestStore(kv, disk)) {
        test.millis.addAndGet(-start * 100_000L);
        for (int i = 0; i < 5000; i++) all.add(test.store.ids().next());
      }
      kv = kv.reopen(Faults.NONE);
    }
    seen.addAll(all);
    assertThat(seen).hasSameSizeAs(all);
    assertThat(all).isSorted();
  }
}
