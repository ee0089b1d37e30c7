package org.posthorn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/// Clients that begin together, each on a virtual thread.
final class Crowd {
  private Crowd() {}

  /// A client: prepares, tells that it is ready, and works when it is told to.
  interface Client {
    void run(int number, Runnable ready) throws Exception;
  }

  /// Runs clients; the nanoseconds from the moment when all were ready to the end of the last.
  static long run(int count, Client client) throws Exception {
    CountDownLatch ready = new CountDownLatch(count);
    CountDownLatch go = new CountDownLatch(1);
    AtomicReference<Exception> failure = new AtomicReference<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      threads.add(
          Thread.ofVirtual()
              .start(() -> {
                boolean[] told = {false};
                try {
                  client.run(
                      number,
                      () -> {
                        told[0] = true;
                        ready.countDown();
                        await(go);
                      });
                } catch (Exception e) {
                  failure.compareAndSet(null, e);
                } finally {
                  if (!told[0]) {
                    ready.countDown();
                  }
                }
              }));
    }
    ready.await();
    long start = System.nanoTime();
    go.countDown();
    for (Thread t : threads) {
      t.join();
    }
    long nanos = System.nanoTime() - start;
    if (failure.get() != null) {
      throw failure.get();
    }
    return nanos;
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
