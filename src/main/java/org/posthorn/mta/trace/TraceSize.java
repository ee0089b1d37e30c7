package org.posthorn.mta.trace;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.store.kv.Kv;
import org.posthorn.store.kv.Row;

/// How many octets all stories take, before the database compresses them. One thread.
final class TraceSize {
  private static final byte FORMAT = 1;
  private static final int TERM_OCTETS = 1 + Term.HASH + Long.BYTES + 1;

  private final Kv kv;
  private long octets = -1; // not read yet

  TraceSize(Kv kv) {
    this.kv = kv;
  }

  long octets() {
    if (octets < 0) {
      byte[] row = kv.getLocal(TraceKeys.SIZE);
      boolean known = row != null && row.length == 1 + Long.BYTES && row[0] == FORMAT;
      octets = known ? Math.max(0, ByteBuffer.wrap(row).getLong(1)) : 0;
    }
    return octets;
  }

  /// The row that says so much more, or less.
  Row row(long more) {
    long next = Math.max(0, octets() + more);
    return new Row(
        TraceKeys.SIZE, ByteBuffer.allocate(1 + Long.BYTES).put(FORMAT).putLong(next).array());
  }

  /// That row is durable.
  void changed(long more) {
    octets = Math.max(0, octets() + more);
  }

  /// What a row of events takes with its index.
  static long of(Row events, int terms) {
    return events.key().length + events.value().length + (long) terms * TERM_OCTETS;
  }

  static Set<Term> terms(List<Event> events) {
    Set<Term> terms = new HashSet<>();
    events.forEach(e -> e.terms(terms::add));
    return terms;
  }
}
