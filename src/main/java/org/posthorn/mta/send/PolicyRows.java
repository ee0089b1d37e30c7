package org.posthorn.mta.send;

import static java.lang.System.Logger.Level.WARNING;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.Predicate;
import org.posthorn.store.Pack;
import org.posthorn.store.ServerTable;
import org.posthorn.store.Store;
import org.posthorn.store.Unpack;
import org.posthorn.store.kv.Row;
import org.posthorn.trust.transport.KeptPolicy;
import org.posthorn.trust.transport.PolicyStore;
import org.posthorn.trust.transport.StsPolicy;

/// Policies of MTA-STS in the server's partition: `y/sts/` and 16 octets of the domain's hash →
/// format, domain, id, mode, seconds, when it was fetched and used, hosts.
public final class PolicyRows implements PolicyStore {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final String NAME = "sts";
  private static final byte[] PREFIX = ServerTable.prefix(NAME);
  private static final int FORMAT = 1;
  private static final int KEY_OCTETS = 16;
  private static final int PROBLEMS_MAX = 1000;

  private final ServerTable table;

  public PolicyRows(Store store) {
    this.table = new ServerTable(store, NAME);
  }

  /// @param domain in the row, to be sure
  record Kept(String domain, KeptPolicy policy) {}

  @Override
  public KeptPolicy find(String domain) {
    byte[] value = table.get(key(domain));
    if (value == null) {
      return null;
    }
    Kept kept = readable(value);
    return kept != null && kept.domain.equals(domain) ? kept.policy : null;
  }

  /// Null for a damaged row: it is as if it was not there, so the policy is fetched anew and
  /// written over it, and mail does not wait for ever.
  private static Kept readable(byte[] value) {
    try {
      return decode(value);
    } catch (Unpack.DamagedRow e) {
      LOG.log(WARNING, "mta-sts-row-damaged reason={0}", e.getMessage());
      return null;
    }
  }

  @Override
  public void keep(String domain, KeptPolicy policy) {
    table.change(List.of(new Row(key(domain), encode(new Kept(domain, policy)))), List.of());
  }

  @Override
  public void forget(String domain) {
    table.change(List.of(), List.of(key(domain)));
  }

  @Override
  public SequencedMap<String, KeptPolicy> after(String after, int max) {
    SequencedMap<String, KeptPolicy> found = new LinkedHashMap<>();
    Predicate<Row> more =
        row -> {
          Kept kept = readable(row.value());
          if (kept != null) {
            found.put(kept.domain, kept.policy);
          }
          return found.size() < max;
        };
    if (after.isEmpty()) {
      table.each(more);
    } else {
      table.eachBehind(key(after), more);
    }
    return found;
  }

  private static byte[] key(String domain) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(domain.getBytes(UTF_8));
      byte[] key = Arrays.copyOf(PREFIX, PREFIX.length + KEY_OCTETS);
      System.arraycopy(hash, 0, key, PREFIX.length, KEY_OCTETS);
      return key;
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java has it
    }
  }

  static byte[] encode(Kept kept) {
    KeptPolicy k = kept.policy;
    StsPolicy p = k.policy();
    Pack pack = new Pack(256).u8(FORMAT).text(kept.domain).text(k.id());
    pack.u8(modeNumber(p.mode())).varint(p.maxAge().toSeconds());
    pack.u64(k.fetched().toEpochMilli()).u64(k.used().toEpochMilli());
    pack.varint(p.mx().size());
    p.mx().forEach(pack::text);
    return pack.done();
  }

  private static int modeNumber(StsPolicy.Mode mode) {
    return switch (mode) {
      case NONE -> 0;
      case TESTING -> 1;
      case ENFORCE -> 2;
    };
  }

  /// @throws Unpack.DamagedRow when it means nothing
  static Kept decode(byte[] value) {
    Unpack u = Unpack.row(value, FORMAT);
    String domain = u.text();
    String id = u.text();
    StsPolicy.Mode mode =
        switch (u.u8()) {
          case 0 -> StsPolicy.Mode.NONE;
          case 1 -> StsPolicy.Mode.TESTING;
          case 2 -> StsPolicy.Mode.ENFORCE;
          default -> throw new Unpack.DamagedRow("mode of a policy");
        };
    long seconds = u.varint();
    if (seconds < 0 || seconds > StsPolicy.AGE_MAX.toSeconds()) {
      throw new Unpack.DamagedRow("age of a policy");
    }
    Instant fetched = Instant.ofEpochMilli(u.u64());
    Instant used = Instant.ofEpochMilli(u.u64());
    int count = u.count(1);
    List<String> mx = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      mx.add(u.text());
    }
    StsPolicy policy = new StsPolicy(mode, mx, Duration.ofSeconds(seconds));
    return new Kept(domain, new KeptPolicy(id, policy, fetched, used));
  }

  /// What is wrong with the rows, for `posthorn check`.
  public static List<String> check(Store store) {
    List<String> problems = new ArrayList<>();
    new ServerTable(store, NAME)
        .each(row -> {
          String problem = problem(row);
          if (problem != null) {
            problems.add("a policy of MTA-STS that is kept " + problem);
          }
          return problems.size() < PROBLEMS_MAX;
        });
    return problems;
  }

  private static String problem(Row row) {
    try {
      String domain = decode(row.value()).domain;
      return Arrays.equals(key(domain), row.key()) ? null : "is at the wrong place: " + domain;
    } catch (RuntimeException e) {
      return "is not readable: " + e.getMessage();
    }
  }
}
