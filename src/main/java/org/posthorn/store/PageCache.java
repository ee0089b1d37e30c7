package org.posthorn.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Bounds the memory of decoded pages: second chance in order of arrival.
final class PageCache {
  private record Held(PageRef ref, int weight) {}

  private final long limit;
  private final AtomicLong weight = new AtomicLong();
  private final ConcurrentLinkedQueue<Held> held = new ConcurrentLinkedQueue<>();

  // About the length of `held`, which would have to walk through itself to tell.
  private final AtomicInteger count = new AtomicInteger();

  /// @param limit octets of heap
  PageCache(long limit) {
    this.limit = limit;
  }

  void add(PageRef ref, Page page) {
    int w = page.weight();
    held.add(new Held(ref, w));
    count.incrementAndGet();
    if (weight.addAndGet(w) > limit) shrink();
  }

  private void shrink() {
    // Each round frees, forgets, or takes one chance away: twice the queue is enough.
    for (int rounds = 2 * count.get() + 1; rounds > 0 && weight.get() > limit; rounds--) {
      Held h = held.poll();
      if (h == null) return;
      if (h.ref.drop() == 0) {
        held.add(h);
      } else {
        count.decrementAndGet();
        weight.addAndGet(-h.weight);
      }
    }
  }

  long weight() {
    return weight.get();
  }
}
