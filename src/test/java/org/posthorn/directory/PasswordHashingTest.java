package org.posthorn.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PasswordHashingTest {
  final Counters counters = new Counters();

  @Test
  void soManyAtOnceSoManyWaitAndNoMore() throws InterruptedException {
    try (PasswordHashing hashing = new PasswordHashing(2, 3, counters)) {
      CountDownLatch gate = new CountDownLatch(1);
      Semaphore running = new Semaphore(0);
      Set<Thread> workers = ConcurrentHashMap.newKeySet();
      AtomicInteger done = new AtomicInteger();
      AtomicInteger busy = new AtomicInteger();
      Semaphore refused = new Semaphore(0);
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        callers.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    hashing.run(() -> {
                      workers.add(Thread.currentThread());
                      running.release();
                      gate.await();
                      return null;
                    });
                    done.incrementAndGet();
                  } catch (PasswordHashing.Busy e) {
                    busy.incrementAndGet();
                    refused.release();
                  }
                }));
      }
      running.acquire(2);
      refused.acquire(20 - 2 - 2 * 3);
      assertThat(busy).hasValue(12);
      assertThat(counters.hashesRejected.sum()).isEqualTo(12);
      gate.countDown();
      for (Thread t : callers) t.join();
      assertThat(done).hasValue(8);
      assertThat(workers).hasSize(2).noneMatch(Thread::isVirtual);
    }
  }

  @Test
  void closingWakesWhoWaits() throws InterruptedException {
    PasswordHashing hashing = new PasswordHashing(1, 5, counters);
    CountDownLatch started = new CountDownLatch(1);
    AtomicInteger busy = new AtomicInteger();
    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      callers.add(
          Thread.ofVirtual()
              .start(() -> {
                try {
                  hashing.run(() -> {
                    started.countDown();
                    new CountDownLatch(1).await();
                    return null;
                  });
                } catch (PasswordHashing.Busy | IllegalStateException e) {
                  busy.incrementAndGet();
                }
              }));
    }
    started.await();
    hashing.close();
    for (Thread t : callers) t.join();
    assertThat(busy).hasValue(4);
    assertThatThrownBy(() -> hashing.verify(Credential.dummy(HashCost.LEAST), "x"))
        .isInstanceOf(PasswordHashing.Busy.class);
  }

  @Test
  void aFailureReachesTheCaller() {
    try (PasswordHashing hashing = new PasswordHashing(1, 5, counters)) {
      assertThatThrownBy(() ->
              hashing.run(() -> {
                throw new IllegalArgumentException("told to");
              }))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
