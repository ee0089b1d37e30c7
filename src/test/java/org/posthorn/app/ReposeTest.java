package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReposeTest {
  private static final long MIB = 1L << 20;

  private final AtomicLong used = new AtomicLong(40 * MIB);
  private final AtomicInteger collections = new AtomicInteger();
  private final Repose repose =
      new Repose(
          used::get,
          () -> {
            collections.incrementAndGet();
            used.set(8 * MIB);
          });

  @Test
  void aServerAtRestIsCollectedOnce() {
    repose.look();
    assertThat(collections).hasValue(0);
    used.addAndGet(MIB);
    repose.look();
    assertThat(collections).hasValue(1);
    for (int i = 0; i < 5; i++) {
      used.addAndGet(MIB);
      repose.look();
    }
    assertThat(collections).as("six MiB are not worth it").hasValue(1);
    used.addAndGet(2 * MIB);
    repose.look();
    assertThat(collections).hasValue(2);
  }

  @Test
  void aBusyServerIsLeftAlone() {
    repose.look();
    for (int i = 0; i < 5; i++) {
      used.addAndGet(10 * MIB);
      repose.look();
    }
    used.set(20 * MIB); // collected by the JVM
    repose.look();
    assertThat(collections).hasValue(0);
  }
}
