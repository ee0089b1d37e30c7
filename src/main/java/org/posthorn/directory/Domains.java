package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.store.Store;
import org.posthorn.store.kv.Partition;
import org.posthorn.store.kv.Row;

/// The domains of ours, all in memory, and their rows.
///
/// A domain is a row `y/domain/<name>` of the server's partition and a row `z` of its own. `z` is
/// written before the one and marked before the other is removed, so that whoever changes names
/// sees in the partition he changes whether the domain is still there.
final class Domains {
  private static final int FORMAT = 1;
  private static final int ACTIVE = 1;
  private static final int REMOVED = 2;
  private static final int PARTITIONS_A_LOOK = 256;
  private static final byte[] SETTINGS = {'z'};
  private static final byte[] NAMES_FROM = {'n'};
  private static final byte[] NAMES_TO = {'o'};
  private static final String LISTED = "y/domain/";

  private final Store store;
  private final InstantSource clock;
  private final PartitionRows server;
  private final NameCache cache = new NameCache();
  private final Counters counters;
  private final ConcurrentHashMap<String, Domain> domains = new ConcurrentHashMap<>();

  Domains(Store store, InstantSource clock, Counters counters) {
    this.store = store;
    this.clock = clock;
    this.counters = counters;
    this.server = new PartitionRows(store.kv(), store.ids(), Partition.SERVER);
    byte[] from = LISTED.getBytes(UTF_8);
    byte[] to = from.clone();
    to[to.length - 1]++;
    for (Row r : server.scan(from, to)) {
      String name = new String(r.key(), from.length, r.key().length - from.length, UTF_8);
      long created = new RowText.Reader(r.value(), FORMAT).u64();
      Domain d = new Domain(name, created, rows(name));
      byte[] settings = d.rows().get(SETTINGS);
      if (settings != null && !isActive(settings)) unlist(name); // a crash while it was removed
      else domains.put(name, d);
    }
  }

  private PartitionRows rows(String name) {
    return new PartitionRows(store.kv(), store.ids(), Partition.domain(name));
  }

  private static byte[] listed(String name) {
    return (LISTED + name).getBytes(UTF_8);
  }

  private static boolean isActive(byte[] settings) {
    return settings != null && new RowText.Reader(settings, FORMAT).u8() == ACTIVE;
  }

  private static byte[] settings(int state) {
    return new RowText.Writer(FORMAT).u8(state).done();
  }

  /// Domains that are not ours and have names all the same.
  List<String> strays() {
    List<String> out = new ArrayList<>();
    Partition after = null;
    while (true) {
      List<Partition> some = store.kv().partitions('d', after, PARTITIONS_A_LOOK);
      for (Partition p : some) {
        String name = new String(p.id(), UTF_8);
        if (!domains.containsKey(name) && !rows(name).isEmpty(NAMES_FROM, NAMES_TO)) out.add(name);
      }
      if (some.size() < PARTITIONS_A_LOOK) return out;
      after = some.getLast();
    }
  }

  /// Whether its settings are there, read anew.
  boolean isActive(Domain d) {
    return isActive(d.rows().get(SETTINGS));
  }

  /// Null if it is none of ours.
  Domain find(String name) {
    return domains.get(name);
  }

  Domain need(String name) {
    Domain d = domains.get(name);
    if (d == null) throw noSuchDomain(name);
    return d;
  }

  static DirectoryException noSuchDomain(String name) {
    return new DirectoryException(Reason.NO_SUCH_DOMAIN, "not a domain of this server: " + name);
  }

  /// Oldest first.
  List<Domain> all() {
    return domains.values().stream()
        .sorted(Comparator.comparingLong(Domain::created).thenComparing(Domain::name))
        .toList();
  }

  int count() {
    return domains.size();
  }

  synchronized void add(String name) {
    if (domains.containsKey(name)) {
      throw new DirectoryException(Reason.ALREADY_EXISTS, "the domain exists: " + name);
    }
    PartitionRows rows = rows(name);
    rows.change(edit -> {
      if (!isActive(edit.get(SETTINGS))) edit.put(SETTINGS, settings(ACTIVE));
      return null;
    });
    long now = clock.millis();
    long created =
        server.change(edit -> {
          byte[] listed = edit.get(listed(name));
          if (listed != null) return new RowText.Reader(listed, FORMAT).u64();
          edit.put(listed(name), new RowText.Writer(FORMAT).u64(now).done());
          return now;
        });
    domains.put(name, new Domain(name, created, rows));
  }

  /// Also removes its aliases. Refuses while it has accounts.
  ///
  /// @param alive whether a row's account exists
  synchronized void remove(String name, Predicate<NameRow.OfAccount> alive) {
    Domain d = need(name);
    try {
      d.rows()
          .change(edit -> {
            if (!isActive(edit.get(SETTINGS))) return null; // done by one that was not answered
            for (Row r : edit.scan(NAMES_FROM, NAMES_TO)) {
              if (NameRow.decode(r.value()) instanceof NameRow.OfAccount a && alive.test(a)) {
                throw new DirectoryException(
                    Reason.NOT_EMPTY, "the domain has accounts, such as " + a.localPart());
              }
            }
            edit.deleteRange(NAMES_FROM, NAMES_TO);
            edit.put(SETTINGS, settings(REMOVED));
            return null;
          });
    } finally {
      d.changed();
    }
    domains.remove(name);
    unlist(name);
  }

  private void unlist(String name) {
    server.change(edit -> {
      if (edit.get(listed(name)) != null) edit.delete(listed(name));
      return null;
    });
  }

  // ---- names

  /// What a local part is, or null. From memory if it was asked for lately.
  NameRow name(Domain d, String localPart) {
    String key = Names.key(localPart);
    if (!Names.fits(key)) return null;
    long generation = d.generation();
    NameCache.Entry known = cache.get(generation, key);
    if (known != null) return known.row();
    counters.namesRead.increment();
    byte[] value = d.rows().get(NameRow.key(key));
    NameRow row = value == null ? null : NameRow.decode(value);
    cache.put(generation, key, row);
    return row;
  }

  /// All names, read anew.
  List<NameRow> names(Domain d) {
    return d.rows().scan(NAMES_FROM, NAMES_TO).stream()
        .map(r -> NameRow.decode(r.value()))
        .toList();
  }

  /// Changes a domain's names; durable on return, and whoever asks from then on sees it.
  <R> R change(Domain d, PartitionRows.Change<R> change) {
    try {
      return d.rows()
          .change(edit -> {
            if (!isActive(edit.get(SETTINGS))) throw noSuchDomain(d.name());
            return change.apply(edit);
          });
    } finally {
      d.changed(); // also when the outcome is unknown
    }
  }
}
