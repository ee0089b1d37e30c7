package org.posthorn.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.posthorn.store.blob.FaultyDisk;
import org.posthorn.store.kv.Faults;
import org.posthorn.store.kv.MemoryKv;

class CourierTest {
  private final MemoryKv kv = new MemoryKv();
  private final FaultyDisk disk = new FaultyDisk(1);

  private static byte[] text(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void carriesOnceAndForgets() throws InterruptedException {
    List<String> carried = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch two = new CountDownLatch(2);
    try (TestStore test = new TestStore(kv, disk)) {
      test.store
          .courier()
          .register(
              "greet",
              (from, id, payload) -> {
                carried.add(new String(payload, StandardCharsets.UTF_8));
                two.countDown();
              });
      test.store.start();
      AccountId a =
          test.store.createAccount(n -> {
            n.outbox("greet", text("one"));
            n.outbox("greet", text("two"));
          });
      assertThat(two.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(test.store.courier().carryAll(a)).isTrue();
    }
    assertThat(carried).containsExactly("one", "two");
  }

  @Test
  void goesOnAfterACrash() throws InterruptedException {
    TestStore before = new TestStore(kv, disk);
    before
        .store
        .courier()
        .register(
            "greet",
            (from, id, payload) -> {
              throw new IllegalStateException("not today");
            });
    AccountId a = before.store.createAccount(n -> n.outbox("greet", text("late")));
    assertThat(before.store.courier().carryAll(a)).isFalse();
    kv.crash();

    List<String> carried = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch one = new CountDownLatch(1);
    try (TestStore after = new TestStore(kv.reopen(Faults.NONE), disk.crash())) {
      after
          .store
          .courier()
          .register(
              "greet",
              (from, id, payload) -> {
                carried.add(from + " " + new String(payload, StandardCharsets.UTF_8));
                one.countDown();
              });
      after.store.start();
      assertThat(one.await(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(carried).containsExactly(a + " late");
  }
}
