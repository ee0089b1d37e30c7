package org.posthorn.directory;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
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
      PartitionRows rows = rows(name);
      byte[] row = rows.get(SETTINGS);
      DomainSettings settings = row == null ? DomainSettings.USUAL : DomainSettings.decode(row);
      if (settings == null) unlist(name); // a crash while it was removed
      else domains.put(name, new Domain(name, created, rows, settings));
    }
  }

  private PartitionRows rows(String name) {
    return new PartitionRows(store.kv(), store.ids(), Partition.domain(name));
  }

  private static byte[] listed(String name) {
    return (LISTED + name).getBytes(UTF_8);
  }

  /// Domains that are not ours and have names or keys all the same.
  List<String> strays() {
    List<String> out = new ArrayList<>();
    Partition after = null;
    while (true) {
      List<Partition> some = store.kv().partitions('d', after, PARTITIONS_A_LOOK);
      for (Partition p : some) {
        String name = new String(p.id(), UTF_8);
        if (!domains.containsKey(name) && hasNames(rows(name))) out.add(name);
      }
      if (some.size() < PARTITIONS_A_LOOK) return out;
      after = some.getLast();
    }
  }

  /// A list of recipients is none: it may be of a domain whose adding broke off, and the next
  /// adding replaces it.
  private static boolean hasNames(PartitionRows rows) {
    if (!rows.scan(SigningKey.ROWS_FROM, SigningKey.ROWS_TO).isEmpty()) return true;
    return rows.scan(NAMES_FROM, NAMES_TO).stream()
        .anyMatch(r -> !(NameRow.decode(r.value()) instanceof NameRow.OfRelayed));
  }

  /// Whether its settings are there, read anew.
  boolean isActive(Domain d) {
    return settings(d) != null;
  }

  private static DomainSettings settings(Domain d) {
    return DomainSettings.decode(d.rows().get(SETTINGS));
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

  /// One whose names are here.
  Domain needOwn(String name) {
    Domain d = need(name);
    return switch (d.kind()) {
      case OWN -> d;
      case ALIAS -> {
        String other = d.settings().aliasOf();
        throw new DirectoryException(
            Reason.INVALID, name + " has the names of " + other + ": use the address there");
      }
      case BACKUP ->
          throw new DirectoryException(
              Reason.INVALID, "other servers are for " + name + ", it has no names here");
    };
  }

  /// The domain that has the names of this one: itself, or the one it is an alias of. Null if it is
  /// none of ours, or others are for it.
  Domain hosting(String name) {
    Domain d = domains.get(name);
    if (d != null && d.kind() == DomainSettings.Kind.ALIAS) {
      d = domains.get(d.settings().aliasOf());
    }
    return d != null && d.kind() == DomainSettings.Kind.OWN ? d : null;
  }

  static DirectoryException noSuchDomain(String name) {
    return new DirectoryException(
        Reason.NO_SUCH_DOMAIN,
        "not a domain of this server: " + name + "; add it first: posthorn domain add " + name);
  }

  /// Oldest first.
  List<Domain> all() {
    return domains.values().stream()
        .sorted(Comparator.comparingLong(Domain::created).thenComparing(Domain::name))
        .toList();
  }

  List<Domain> byName() {
    return domains.values().stream().sorted(Comparator.comparing(Domain::name)).toList();
  }

  int count() {
    return domains.size();
  }

  /// @param recipients listed of a domain that others are for
  synchronized void add(String name, DomainSettings settings, Collection<String> recipients) {
    if (domains.containsKey(name)) {
      throw new DirectoryException(Reason.ALREADY_EXISTS, "the domain exists: " + name);
    }
    PartitionRows rows = rows(name);
    rows.change(edit -> {
      // One that was added and not answered may have left others; nobody has used them.
      if (!settings.equals(DomainSettings.decode(edit.get(SETTINGS)))) {
        edit.put(SETTINGS, settings.encode());
      }
      list(edit, recipients);
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
    domains.put(name, new Domain(name, created, rows, settings));
  }

  /// Also removes its aliases. Refuses while it has accounts.
  ///
  /// @param alive whether a row's account exists
  synchronized void remove(String name, Predicate<NameRow.OfAccount> alive) {
    Domain d = need(name);
    for (Domain other : domains.values()) {
      if (other.settings().aliasOf().equals(name)) {
        throw new DirectoryException(
            Reason.NOT_EMPTY, "the domain " + other.name() + " has the names of this one");
      }
    }
    try {
      d.rows()
          .change(edit -> {
            // Null: done by one that was not answered.
            if (DomainSettings.decode(edit.get(SETTINGS)) == null) return null;
            for (NameRow row : names(edit)) {
              if (row instanceof NameRow.OfAccount a && alive.test(a)) {
                throw new DirectoryException(
                    Reason.NOT_EMPTY, "the domain has accounts, such as " + a.localPart());
              }
            }
            edit.deleteRange(NAMES_FROM, NAMES_TO);
            edit.deleteRange(SigningKey.ROWS_FROM, SigningKey.ROWS_TO);
            edit.put(SETTINGS, DomainSettings.removed());
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

  /// All names, as a change sees them.
  static List<NameRow> names(PartitionRows.Edit edit) {
    return edit.scan(NAMES_FROM, NAMES_TO).stream().map(r -> NameRow.decode(r.value())).toList();
  }

  /// Changes a domain's names; durable on return, and whoever asks from then on sees it.
  <R> R change(Domain d, PartitionRows.Change<R> change) {
    try {
      return d.rows()
          .change(edit -> {
            DomainSettings now = DomainSettings.decode(edit.get(SETTINGS));
            if (now == null || now.kind() != d.kind()) throw noSuchDomain(d.name());
            return change.apply(edit);
          });
    } finally {
      d.changed(); // also when the outcome is unknown
    }
  }

  /// Gives a domain other settings of the same kind, and with them perhaps other names.
  synchronized void change(Domain d, DomainSettings to, Consumer<PartitionRows.Edit> names) {
    try {
      change(
          d,
          edit -> {
            if (!to.equals(DomainSettings.decode(edit.get(SETTINGS)))) {
              edit.put(SETTINGS, to.encode());
            }
            names.accept(edit);
            return null;
          });
    } catch (DirectoryException e) {
      // The outcome may be unknown.
      DomainSettings now = settings(d);
      if (now != null) d.settings(now);
      throw e;
    }
    d.settings(to);
  }

  /// Replaces who is listed of a domain that others are for.
  ///
  /// @param localParts as they were written
  static void list(PartitionRows.Edit edit, Collection<String> localParts) {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String l : localParts) wanted.putIfAbsent(Names.key(l), l);
    for (Row r : edit.scan(NAMES_FROM, NAMES_TO)) {
      boolean listed = NameRow.decode(r.value()) instanceof NameRow.OfRelayed;
      boolean stays = wanted.remove(new String(r.key(), 1, r.key().length - 1, UTF_8)) != null;
      if (listed && !stays) edit.delete(r.key());
    }
    for (String l : wanted.values()) edit.put(NameRow.key(l), new NameRow.OfRelayed(l).encode());
  }
}
