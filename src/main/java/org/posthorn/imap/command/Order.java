package org.posthorn.imap.command;

/// Puts numbers in an order that somebody else knows; equal ones stay as they were. A million
/// messages make no million objects.
final class Order {
  /// Shorter runs are sorted by insertion.
  private static final int INSERTION_MAX = 8;

  /// As that of a `Comparator`.
  interface Comparison {
    int compare(int a, int b);
  }

  private Order() {}

  /// The numbers 0 to `n` - 1, sorted.
  static int[] of(int n, Comparison by) {
    int[] order = new int[n];
    for (int i = 0; i < n; i++) {
      order[i] = i;
    }
    sort(order, n, by);
    return order;
  }

  /// Sorts the first `n`.
  static void sort(int[] order, int n, Comparison by) {
    for (int from = 0; from < n; from += INSERTION_MAX) {
      insert(order, from, Math.min(n, from + INSERTION_MAX), by);
    }
    int[] left = new int[n];
    for (int run = INSERTION_MAX; run < n && run > 0; run *= 2) {
      for (int from = 0; from < n - run; from += 2 * run) {
        int to = n - from < 2 * run ? n : from + 2 * run;
        merge(order, from, from + run, to, left, by);
      }
    }
  }

  private static void insert(int[] order, int from, int to, Comparison by) {
    for (int i = from + 1; i < to; i++) {
      int x = order[i];
      int j = i;
      while (j > from && by.compare(order[j - 1], x) > 0) {
        order[j] = order[j - 1];
        j--;
      }
      order[j] = x;
    }
  }

  private static void merge(int[] order, int from, int middle, int to, int[] left, Comparison by) {
    if (by.compare(order[middle - 1], order[middle]) <= 0) {
      return;
    }
    System.arraycopy(order, from, left, 0, middle - from);
    int i = 0;
    int end = middle - from;
    int r = middle;
    int at = from;
    while (i < end && r < to) {
      order[at++] = by.compare(left[i], order[r]) <= 0 ? left[i++] : order[r++];
    }
    System.arraycopy(left, i, order, at, end - i);
  }
}
