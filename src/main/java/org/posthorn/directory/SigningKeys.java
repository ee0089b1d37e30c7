package org.posthorn.directory;

import static java.lang.System.Logger.Level.INFO;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.posthorn.directory.DirectoryException.Reason;
import org.posthorn.store.kv.Row;

/// The keys by which mail of our domains is signed, each domain's in its own partition. Domains
/// whose names are here have keys, and those that have the names of another; who are a backup for
/// others do not sign for them.
///
/// Any thread. What is durable is remembered, so that asking costs nothing.
public final class SigningKeys {
  private static final System.Logger LOG = System.getLogger("posthorn.directory");

  /// Keys of one domain, those that retire among them.
  public static final int KEYS_MAX = 32;

  private final Domains domains;

  SigningKeys(Domains domains) {
    this.domains = domains;
  }

  /// Domains that may have keys, in alphabetical order.
  public List<String> domains() {
    return domains.byName().stream().filter(SigningKeys::signs).map(Domain::name).toList();
  }

  private static boolean signs(Domain d) {
    return d.kind() != DomainSettings.Kind.BACKUP;
  }

  /// Whether a domain may have keys.
  ///
  /// @param domain as A-labels in lower case
  public boolean signs(String domain) {
    Domain d = domains.find(domain);
    return d != null && signs(d);
  }

  /// Those of a domain, the oldest first; none if it is none of ours, or others are for it.
  ///
  /// @param domain as A-labels in lower case
  public List<SigningKey> of(String domain) {
    Domain d = domains.find(domain);
    if (d == null || !signs(d)) return List.of();
    List<SigningKey> known = d.signingKeys();
    if (known != null) return known;
    long generation = d.generation();
    List<SigningKey> read = read(d);
    d.signingKeys(generation, read);
    return read;
  }

  private static List<SigningKey> inOrder(Stream<Row> rows) {
    return rows.map(SigningKey::decode)
        .sorted(Comparator.comparing(SigningKey::made).thenComparing(SigningKey::selector))
        .toList();
  }

  /// Changes the keys of a domain; durable on return.
  ///
  /// @param change from those that are there, the oldest first, to those that are to be; may be
  ///   asked again, with others
  /// @return those that are there now
  public List<SigningKey> change(String domain, UnaryOperator<List<SigningKey>> change) {
    Domain d = domains.need(Names.domain(domain));
    if (!signs(d)) {
      throw new DirectoryException(
          Reason.INVALID, "other servers are for " + d.name() + ": they sign for it");
    }
    domains.change(
        d,
        edit -> {
          List<SigningKey> there =
              inOrder(edit.scan(SigningKey.ROWS_FROM, SigningKey.ROWS_TO).stream());
          List<SigningKey> wanted = change.apply(there);
          if (wanted.size() > KEYS_MAX) {
            throw new DirectoryException(
                Reason.LIMIT, "a domain has at most " + KEYS_MAX + " signing keys");
          }
          write(edit, d.name(), there, wanted);
          return null;
        });
    return of(d.name());
  }

  private static void write(
      PartitionRows.Edit edit, String domain, List<SigningKey> there, List<SigningKey> wanted) {
    Map<String, SigningKey> old = new HashMap<>();
    there.forEach(k -> old.put(k.selector(), k));
    for (SigningKey k : wanted) {
      SigningKey before = old.remove(k.selector());
      if (before == null || !Objects.equals(before.state(), k.state())) {
        edit.put(k.key(), k.encode());
        LOG.log(
            INFO, "signing-key domain={0} selector={1} state={2}", domain, k.selector(), k.state());
      }
    }
    for (SigningKey k : old.values()) {
      edit.delete(k.key());
      LOG.log(INFO, "signing-key-removed domain={0} selector={1}", domain, k.selector());
    }
  }

  /// Reads those of a domain, past what is remembered; throws if one is damaged.
  List<SigningKey> read(Domain d) {
    return inOrder(d.rows().scan(SigningKey.ROWS_FROM, SigningKey.ROWS_TO).stream());
  }
}
