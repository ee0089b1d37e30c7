package org.posthorn.store;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/// Notes about messages, by mailbox, page and kind. A message never changes and a UID always means
/// the same one, so a note never becomes wrong; it is only forgotten, the longest unused first.
final class NoteCache {
  private record Key(long mailbox, int page, String kind) {}

  private final long limit;
  private final Map<Key, NoteColumn> all = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
  private long weight; // guarded by this

  /// @param limit octets of heap
  NoteCache(long limit) {
    this.limit = limit;
  }

  /// What is noted of the messages of a page, perhaps nothing.
  synchronized NoteColumn of(MailboxId mailbox, int page, String kind) {
    NoteColumn c = all.get(new Key(mailbox.value(), page, kind));
    return c == null ? NoteColumn.EMPTY : c;
  }

  /// Remembers the column instead of an earlier one. What somebody else noted meanwhile may be
  /// lost: it will be noted again.
  synchronized void put(MailboxId mailbox, int page, String kind, NoteColumn column) {
    NoteColumn before = all.put(new Key(mailbox.value(), page, kind), column);
    weight += column.weight() - (before == null ? 0 : before.weight());
    Iterator<NoteColumn> eldest = all.values().iterator();
    while (weight > limit && eldest.hasNext()) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }

  synchronized long weight() {
    return weight;
  }
}
