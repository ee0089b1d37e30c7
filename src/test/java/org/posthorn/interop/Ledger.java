package org.posthorn.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What the clients of one account know of each message: where it can be, and which flags it must
/// have or may have. A client notes what it is about to do before it says so, and the outcome when
/// it has the answer; what lies between when the server dies may have happened or not.
final class Ledger {
  enum Place {
    INBOX("INBOX"),
    ARCHIVE("Archive"),
    NOWHERE(null);

    final String mailbox;

    Place(String mailbox) {
      this.mailbox = mailbox;
    }
  }

  /// A message as it was found.
  record Found(Place place, long uid, Set<String> flags, String text) {}

  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  static final class Entry {
    private final String text;
    private final Set<Place> places;
    private final Set<String> sure = new HashSet<>();
    private final Set<String> possible = new HashSet<>();
    private boolean born;

    private Entry(String text) {
      this.text = text;
      this.places = EnumSet.of(Place.INBOX, Place.NOWHERE);
    }

    /// It was acknowledged, or seen: from now on it exists.
    synchronized void exists() {
      if (!born) {
        born = true;
        places.remove(Place.NOWHERE);
      }
    }

    synchronized void mayMoveTo(Place place) {
      places.add(place);
    }

    synchronized void movedTo(Place place) {
      places.clear();
      places.add(place);
    }

    synchronized void mayChange(String flag) {
      sure.remove(flag);
      possible.add(flag);
    }

    synchronized void changed(String flag, boolean added) {
      possible.remove(flag);
      if (added) {
        sure.add(flag);
      }
    }

    synchronized boolean has(String flag) {
      return sure.contains(flag);
    }

    /// Compares with what is there, and knows it from now on.
    private synchronized void settle(String id, List<Found> found) {
      assertThat(found).as("copies of " + id).hasSizeLessThanOrEqualTo(1);
      Place place = found.isEmpty() ? Place.NOWHERE : found.getFirst().place();
      assertThat(places).as("places where " + id + " may be").contains(place);
      places.clear();
      places.add(place);
      born = true;
      if (!found.isEmpty()) {
        Set<String> flags = found.getFirst().flags();
        assertThat(flags).as("flags of " + id).containsAll(sure);
        assertThat(found.getFirst().text()).as("text of " + id).endsWith(text);
        Set<String> allowed = new HashSet<>(sure);
        allowed.addAll(possible);
        assertThat(allowed).as("flags that " + id + " may have").containsAll(flags);
        sure.clear();
        sure.addAll(flags);
        possible.clear();
      }
    }
  }

  /// Notes a message that is about to be sent.
  Entry attempt(String id, String text) {
    Entry entry = new Entry(text);
    entries.put(id, entry);
    return entry;
  }

  Entry entry(String id) {
    return entries.get(id);
  }

  int size() {
    return entries.size();
  }

  /// Every message is where it must be, once, and nothing else is there.
  void settle(Map<String, List<Found>> found) {
    assertThat(entries.keySet()).containsAll(found.keySet());
    for (Map.Entry<String, Entry> e : new HashMap<>(entries).entrySet()) {
      e.getValue().settle(e.getKey(), found.getOrDefault(e.getKey(), List.of()));
    }
  }
}
