package org.posthorn.store.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksKvTest extends KvContract {
  @TempDir Path directory;

  private RocksKv openIn(Path d) throws IOException {
    return RocksKv.open(d, RocksOptions.DEFAULT.withoutReserve(), System::nanoTime);
  }

  @Override
  Kv open() throws IOException {
    return openIn(directory.resolve("rows"));
  }

  @Override
  Kv reopen(Kv old) throws IOException {
    old.close();
    return open();
  }

  @Test
  void secondProcessIsRefused() {
    assertThatThrownBy(this::open).isInstanceOf(IOException.class).hasMessageContaining("lock");
  }

  @Test
  void checkpointIsACopy() throws Exception {
    kv.commit(commit(P, 0, 1, List.of(row("a", "1"))));
    ((RocksKv) kv).checkpoint(directory.resolve("copy"));
    kv.commit(commit(P, 1, 2, List.of(row("a", "2"))));
    try (RocksKv copy = openIn(directory.resolve("copy"))) {
      assertThat(copy.head(P)).isEqualTo(new Kv.Head(1, 1));
      assertThat(string(copy.get(P, b("a")))).isEqualTo("1");
    }
  }

  @Test
  void readsThatNeedTheDiskGoToAReaderThread() throws Exception {
    List<Row> rows = new ArrayList<>();
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      byte[] value = new byte[10_000];
      random.nextBytes(value);
      rows.add(new Row(b("k" + (1000 + i)), value));
    }
    kv.commit(commit(P, 0, 1, rows));
    kv = reopen(kv);
    RocksKv rocks = (RocksKv) kv;
    byte[] key = b("k1100");
    assertThat(rocks.get(P, key)).isEqualTo(rows.get(100).value());
    long waited = rocks.counters().readsWaited.sum();
    assertThat(waited).isPositive();
    assertThat(rocks.get(P, key)).isEqualTo(rows.get(100).value());
    assertThat(rocks.counters().readsWaited.sum()).isEqualTo(waited);
    assertThat(rocks.counters().readsCached.sum()).isEqualTo(1);
  }
}
