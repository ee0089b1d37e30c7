package org.posthorn.mta.trace;

import static java.lang.System.Logger.Level.WARNING;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.posthorn.store.Ids;
import org.posthorn.store.kv.Commit;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Row;

/// Deletes stories, the oldest messages first, in steps. One thread.
///
/// A step that is lost with a crash is made again. A story longer than a step goes in pieces.
final class Forgetting {
  /// Rows looked at in a step: they may be long.
  private static final int ROWS = 64;

  /// Keys deleted in a step, about.
  private static final int KEYS_MAX = 10_000;

  private static final System.Logger LOG = System.getLogger("posthorn.mta.trace");

  private final Kv kv;
  private final TraceSize size;
  private final Counters counters;
  private byte[] from; // where to go on; null: at the oldest

  Forgetting(Kv kv, TraceSize size, Counters counters) {
    this.kv = kv;
    this.size = size;
    this.counters = counters;
  }

  /// What a step deletes.
  private static final class Gone {
    final List<byte[]> keys = new ArrayList<>();
    long octets;
    int stories;
  }

  /// Forgets some of what is too old or too much.
  ///
  /// @param kept stories with an event not before this time stay, milliseconds since 1970
  /// @param most octets that may stay, whatever their age
  /// @return whether to go on
  boolean step(long kept, long most) {
    byte[] begin = from == null ? TraceKeys.from(0) : from;
    List<Row> rows = kv.scanLocal(begin, TraceKeys.EVENTS_END, ROWS);
    Gone gone = new Gone();
    int next = 0;
    boolean young = false;
    while (next < rows.size() && !young && gone.keys.size() < KEYS_MAX) {
      int end = endOfStory(rows, next);
      long id = TraceKeys.id(rows.get(next).key());
      boolean tooMuch = size.octets() - gone.octets > most;
      young = Ids.millis(id) >= kept && !tooMuch;
      if (tooMuch || !young && isOld(rows, next, end, kept)) {
        gone.stories++;
        rows.subList(next, end).forEach(r -> add(gone, r));
      }
      next = end;
    }
    delete(gone);
    boolean more = !young && (rows.size() == ROWS || next < rows.size());
    from = more ? TraceKeys.behind(rows.get(next - 1).key()) : null;
    return more;
  }

  private static int endOfStory(List<Row> rows, int start) {
    long id = TraceKeys.id(rows.get(start).key());
    int end = start + 1;
    while (end < rows.size() && TraceKeys.id(rows.get(end).key()) == id) {
      end++;
    }
    return end;
  }

  private boolean isOld(List<Row> rows, int start, int end, long kept) {
    for (int i = start; i < end; i++) {
      if (TraceKeys.millis(rows.get(i).key()) >= kept) {
        return false;
      }
    }
    if (end < rows.size() || rows.size() < ROWS) {
      return true;
    }
    // It may go on behind what was looked at.
    long id = TraceKeys.id(rows.get(start).key());
    return kv.scanLocal(TraceKeys.events(id, kept, 0), TraceKeys.from(id + 1), 1).isEmpty();
  }

  private static void add(Gone gone, Row row) {
    gone.keys.add(row.key());
    int terms = 0;
    try {
      long id = TraceKeys.id(row.key());
      Set<Term> of = TraceSize.terms(TraceRow.decode(row.value()));
      of.forEach(t -> gone.keys.add(TraceKeys.term(t.hash(), id)));
      terms = of.size();
    } catch (IllegalArgumentException e) {
      LOG.log(WARNING, "trace-row-damaged reason={0}", e.getMessage());
    }
    gone.octets += TraceSize.of(row, terms);
  }

  private void delete(Gone gone) {
    if (gone.keys.isEmpty()) {
      return;
    }
    kv.writeLocal(new Commit.Local(List.of(size.row(-gone.octets)), gone.keys));
    size.changed(-gone.octets);
    counters.storiesForgotten.add(gone.stories);
  }
}
