package org.posthorn.mta.queue;

import java.util.Arrays;

/// What is due next, of very many; anything can be taken out.
final class DueHeap {
  private Waiting[] heap = new Waiting[16];
  private int size;

  int size() {
    return size;
  }

  /// Null if there is nothing.
  Waiting first() {
    return size == 0 ? null : heap[0];
  }

  void add(Waiting w) {
    if (size == heap.length) heap = Arrays.copyOf(heap, size + (size >> 1));
    up(size++, w);
  }

  void remove(Waiting w) {
    int i = w.heapIndex;
    w.heapIndex = -1;
    Waiting moved = heap[--size];
    heap[size] = null;
    if (moved == w) return;
    up(i, moved);
    if (moved.heapIndex == i) down(i, moved);
  }

  private void up(int i, Waiting w) {
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (heap[parent].due <= w.due) break;
      set(i, heap[parent]);
      i = parent;
    }
    set(i, w);
  }

  private void down(int i, Waiting w) {
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && heap[child + 1].due < heap[child].due) child++;
      if (w.due <= heap[child].due) break;
      set(i, heap[child]);
      i = child;
    }
    set(i, w);
  }

  private void set(int i, Waiting w) {
    heap[i] = w;
    w.heapIndex = i;
  }
}
