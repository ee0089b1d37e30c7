package org.posthorn.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.posthorn.store.search.Sought;

/// What earlier searches found: for a mailbox and a string, the UIDs whose message contains it and
/// those whose does not. A message never changes and a UID always means the same one, so this never
/// becomes wrong; it is only forgotten, the longest unused first.
final class Verdicts {
  /// Strings remembered of one mailbox.
  private static final int STRINGS_MAX = 64;

  /// Longer strings are not remembered.
  private static final int TEXT_MAX = 1000;

  private static final int WORDS = Page.ENTRIES / Long.SIZE;

  private record Key(long mailbox, Sought sought) {}

  private final long limit;
  private final Map<Key, Known> all = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
  private final Map<Long, Integer> strings = new ConcurrentHashMap<>(); // guarded by this
  private long weight; // guarded by this

  /// @param limit octets of heap
  Verdicts(long limit) {
    this.limit = limit;
  }

  /// What is known of a string in a mailbox; what is learnt of it is remembered.
  synchronized Known of(MailboxId mailbox, Sought sought) {
    if (sought.text().length() + sought.name().length() > TEXT_MAX) return new Known(null);
    Key key = new Key(mailbox.value(), sought);
    Known known = all.get(key);
    if (known == null) {
      known = new Known(this);
      all.put(key, known);
      weight += known.weight(key);
      if (strings.merge(key.mailbox, 1, Integer::sum) > STRINGS_MAX) forgetOne(key.mailbox);
    }
    return known;
  }

  private void forgetOne(long mailbox) {
    for (Iterator<Map.Entry<Key, Known>> i = all.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Key, Known> eldest = i.next();
      if (eldest.getKey().mailbox == mailbox) {
        i.remove();
        forgotten(eldest);
        return;
      }
    }
  }

  private void forgotten(Map.Entry<Key, Known> e) {
    Known known = e.getValue();
    weight -= known.weight(e.getKey());
    known.owner = null;
    strings.computeIfPresent(e.getKey().mailbox, (m, n) -> n == 1 ? null : n - 1);
  }

  /// A page was added to one that is remembered.
  private synchronized void grew(Known known, int page) {
    if (known.owner == null
        || known.pages.putIfAbsent(page, new AtomicLongArray(2 * WORDS)) != null) return;
    weight += Known.PAGE_WEIGHT;
    Iterator<Map.Entry<Key, Known>> eldest = all.entrySet().iterator();
    while (weight > limit && eldest.hasNext()) {
      Map.Entry<Key, Known> e = eldest.next();
      if (e.getValue() == known) continue;
      eldest.remove();
      forgotten(e);
    }
  }

  synchronized void forgetAll() {
    all.entrySet().forEach(this::forgotten);
    all.clear();
  }

  synchronized long weight() {
    return weight;
  }

  /// Of one string in one mailbox. Any thread.
  static final class Known {
    private static final int WEIGHT = 400;
    private static final int PAGE_WEIGHT = 160 + 2 * WORDS * Long.BYTES;

    // For 256 UIDs: bits of those that contain it, then of those that do not.
    private final ConcurrentHashMap<Integer, AtomicLongArray> pages = new ConcurrentHashMap<>(4);
    private volatile Verdicts owner; // null: not remembered; pages change only under its lock

    private Known(Verdicts owner) {
      this.owner = owner;
    }

    private long weight(Key key) {
      int text = key.sought.text().length() + key.sought.name().length();
      return WEIGHT + 2L * text + (long) pages.size() * PAGE_WEIGHT;
    }

    /// The bits of a page, or null if nothing is known of it.
    AtomicLongArray page(int number) {
      return pages.get(number);
    }

    /// The bits of a page, to add some.
    AtomicLongArray pageToAdd(int number) {
      AtomicLongArray bits = pages.get(number);
      if (bits != null) return bits;
      Verdicts to = owner;
      if (to != null) to.grew(this, number);
      bits = pages.get(number);
      return bits != null
          ? bits
          : pages.computeIfAbsent(number, n -> new AtomicLongArray(2 * WORDS));
    }

    static boolean yes(AtomicLongArray bits, long uid) {
      return (bits.get(word(uid)) & 1L << uid) != 0;
    }

    static boolean no(AtomicLongArray bits, long uid) {
      return (bits.get(WORDS + word(uid)) & 1L << uid) != 0;
    }

    static void add(AtomicLongArray bits, long uid, boolean contains) {
      bits.accumulateAndGet(
          contains ? word(uid) : WORDS + word(uid), 1L << uid, (was, bit) -> was | bit);
    }

    private static int word(long uid) {
      return (int) (uid & Page.ENTRIES - 1) / Long.SIZE;
    }
  }
}
