package org.posthorn.dns;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Answers while they hold. Bounded in octets; what nobody asked for the longest goes first.
final class AnswerCache {
  private record Entry(Answer<?> answer, int era, long since, long holds, long cost) {}

  private final long costMax;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Question, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long cost;

  /// @param costMax of all answers together
  AnswerCache(long costMax, LongSupplier nanos) {
    this.costMax = costMax;
    this.nanos = nanos;
  }

  /// Null if there is none of this era that still holds.
  Answer<?> get(Question question, int era) {
    lock.lock();
    try {
      Entry e = entries.get(question);
      if (e == null) {
        return null;
      }
      if (e.era == era && nanos.getAsLong() - e.since < e.holds) {
        return e.answer;
      }
      entries.remove(question);
      cost -= e.cost;
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// @param era when it was asked for
  /// @param holds nanoseconds
  /// @param octets about what it takes in memory
  void put(Question question, Answer<?> answer, int era, long holds, long octets) {
    lock.lock();
    try {
      Entry old = entries.put(question, new Entry(answer, era, nanos.getAsLong(), holds, octets));
      cost += octets - (old == null ? 0 : old.cost);
      Iterator<Entry> oldest = entries.values().iterator();
      while (cost > costMax && oldest.hasNext()) {
        cost -= oldest.next().cost;
        oldest.remove();
      }
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }
}
