package org.posthorn.mta.sign;

import static java.lang.System.Logger.Level.INFO;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.directory.SigningKey;
import org.posthorn.directory.SigningKey.State;
import org.posthorn.directory.SigningKeys;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.trust.dkim.DkimKey;
import org.posthorn.trust.dkim.SigningAlgorithm;
import org.posthorn.trust.dkim.TagList;

/// The keys by which our domains sign, from the first day to the last.
///
/// The first key of a domain signs at once: until its record is published, its signatures are worth
/// as much as none (RFC 6376 §6.1). One that follows another waits until the DNS shows it, and then
/// the other signs no more. Its private key is forgotten a week later, when nothing that it signed
/// can be under way; what is left then is its name, so that somebody deletes its record.
///
/// Any thread.
public final class DomainKeys {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");

  /// Longer than mail waits in a queue, ours (five days) or another.
  public static final Duration RETIRED_FOR = Duration.ofDays(7);

  /// Names of keys whose record nobody deletes.
  static final Duration FORGOTTEN_FOR = Duration.ofDays(90);

  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyyMMdd").withZone(ZoneOffset.UTC);

  private final SigningKeys keys;
  private final List<SigningAlgorithm> algorithms;
  private final InstantSource clock;

  /// @param algorithms of which a domain has a key each, the first first
  public DomainKeys(SigningKeys keys, List<SigningAlgorithm> algorithms, InstantSource clock) {
    this.keys = keys;
    this.algorithms = List.copyOf(algorithms);
    this.clock = clock;
  }

  /// Domains that have keys.
  public List<String> domains() {
    return keys.domains();
  }

  /// Whether a domain may have keys: it is ours, and others are not for it.
  public boolean signs(String domain) {
    return keys.signs(domain);
  }

  /// All keys of a domain, the oldest first. Those that are missing are made, which takes as long
  /// as an RSA key takes.
  ///
  /// @param domain as A-labels in lower case
  /// @return none if it is none of ours, or others are for it
  public List<SigningKey> of(String domain) {
    List<SigningKey> there = keys.of(domain);
    if (!keys.signs(domain) || missing(there).isEmpty()) {
      return there;
    }
    List<SigningKey> fresh = make(missing(there));
    return keys.change(domain, now -> withFirst(now, fresh));
  }

  private List<SigningAlgorithm> missing(List<SigningKey> there) {
    return algorithms.stream()
        .filter(a -> there.stream().noneMatch(k -> k.algorithm().equals(a.keyType()) && alive(k)))
        .toList();
  }

  private static boolean alive(SigningKey key) {
    return key.state() == State.NEW || key.state() == State.ACTIVE;
  }

  private List<SigningKey> withFirst(List<SigningKey> there, List<SigningKey> fresh) {
    List<String> missing = missing(there).stream().map(SigningAlgorithm::keyType).toList();
    List<SigningKey> next = new ArrayList<>(there);
    for (SigningKey k : fresh) {
      if (missing.contains(k.algorithm())) {
        next.add(named(k, next, State.ACTIVE));
      }
    }
    return next;
  }

  /// Without a name of its own yet.
  private List<SigningKey> make(List<SigningAlgorithm> which) {
    Instant now = clock.instant();
    List<SigningKey> fresh = new ArrayList<>();
    for (SigningAlgorithm a : which) {
      byte[] secret = DkimKey.generate(a).encoded();
      fresh.add(new SigningKey(a.keyType(), a.keyType(), secret, State.NEW, now, now));
    }
    return fresh;
  }

  /// With a name that no other key has, made of the day.
  private static SigningKey named(SigningKey key, List<SigningKey> among, State state) {
    Set<String> taken = new HashSet<>();
    among.forEach(k -> taken.add(k.selector()));
    String day = key.algorithm() + "-" + DAY.format(key.made());
    String name = day;
    for (int n = 2; taken.contains(name); n++) {
      name = day + "-" + n;
    }
    return new SigningKey(name, key.algorithm(), key.secret(), state, key.made(), key.made());
  }

  /// Makes new keys, which wait until the DNS shows them; none of a kind of which one waits
  /// already.
  ///
  /// @return all keys of the domain
  public List<SigningKey> rotate(String domain) {
    of(domain);
    List<SigningKey> fresh = make(algorithms);
    return keys.change(
        domain,
        there -> {
          List<SigningKey> next = new ArrayList<>(there);
          for (SigningKey k : fresh) {
            boolean waits =
                there.stream()
                    .anyMatch(o -> o.state() == State.NEW && o.algorithm().equals(k.algorithm()));
            if (!waits) {
              next.add(named(k, next, State.NEW));
            }
          }
          return next;
        });
  }

  // --- what the DNS shows

  private enum Seen {
    SHOWN,
    ABSENT,
    /// Something else, or nobody could tell.
    UNCLEAR
  }

  /// Looks at the DNS and at the time: a new key that can be seen signs from now on, old ones
  /// retire and are forgotten.
  ///
  /// @return all keys of the domain
  public List<SigningKey> watch(String domain, Resolver resolver) {
    List<SigningKey> there = keys.of(domain);
    if (there.stream().allMatch(k -> k.state() == State.ACTIVE)) {
      return there;
    }
    Map<String, Seen> seen = new HashMap<>();
    for (SigningKey k : there) {
      if (k.state() == State.NEW || k.state() == State.FORGOTTEN) {
        seen.put(k.selector(), seen(domain, k, resolver));
      }
    }
    Instant now = clock.instant();
    if (next(there, seen, now).equals(there)) {
      return there;
    }
    LOG.log(INFO, "signing-keys-change domain={0}", domain);
    return keys.change(domain, again -> next(again, seen, now));
  }

  private static Seen seen(String domain, SigningKey key, Resolver resolver) {
    return switch (resolver.txt(recordName(domain, key))) {
      case Answer.Failed<String> _ -> Seen.UNCLEAR;
      case Answer.Absent<String> _ -> Seen.ABSENT;
      case Answer.Found<String> f -> {
        boolean shown =
            key.state() == State.NEW
                && f.records().size() == 1
                && publishes(f.records().getFirst(), key);
        yield shown ? Seen.SHOWN : Seen.UNCLEAR;
      }
    };
  }

  /// Whether the text of a record has the public key of a key.
  public static boolean publishes(String text, SigningKey key) {
    return publicKey(text).equals(publicKey(recordText(key)));
  }

  /// Without what it may be folded by.
  private static String publicKey(String text) {
    TagList tags = TagList.parse(text);
    String p = tags == null ? null : tags.get("p");
    return p == null ? "" : p.replaceAll("\\s", "");
  }

  private static List<SigningKey> next(
      List<SigningKey> there, Map<String, Seen> seen, Instant now) {
    Set<String> replaced = new HashSet<>();
    for (SigningKey k : there) {
      if (k.state() == State.NEW && seen.get(k.selector()) == Seen.SHOWN) {
        replaced.add(k.algorithm());
      }
    }
    List<SigningKey> next = new ArrayList<>();
    for (SigningKey k : there) {
      Duration age = Duration.between(k.since(), now);
      Seen look = seen.getOrDefault(k.selector(), Seen.UNCLEAR);
      switch (k.state()) {
        case NEW -> next.add(look == Seen.SHOWN ? k.now(State.ACTIVE, now) : k);
        case ACTIVE -> next.add(replaced.contains(k.algorithm()) ? k.now(State.RETIRED, now) : k);
        case RETIRED -> next.add(age.compareTo(RETIRED_FOR) >= 0 ? k.now(State.FORGOTTEN, now) : k);
        case FORGOTTEN -> {
          if (look != Seen.ABSENT && age.compareTo(FORGOTTEN_FOR) < 0) {
            next.add(k);
          }
        }
      }
    }
    return next;
  }

  // --- their records

  /// The name of a key's record (RFC 6376 §3.6.2.1).
  public static String recordName(String domain, SigningKey key) {
    return key.selector() + "._domainkey." + domain;
  }

  /// The text of a key's record; "" of one that is forgotten.
  public static String recordText(SigningKey key) {
    return key.state() == State.FORGOTTEN ? "" : DkimKey.decode(key.secret()).record();
  }

  /// What is wrong with the keys, one line each.
  public List<String> check() {
    List<String> problems = new ArrayList<>();
    for (String domain : keys.domains()) {
      for (SigningKey k : keys.of(domain)) {
        if (k.state() == State.FORGOTTEN) {
          continue;
        }
        try {
          if (!DkimKey.decode(k.secret()).algorithm().keyType().equals(k.algorithm())) {
            problems.add("signing key " + k.selector() + " of " + domain + " is of another kind");
          }
        } catch (IllegalArgumentException e) {
          problems.add("signing key " + k.selector() + " of " + domain + " is no key");
        }
      }
    }
    return problems;
  }
}
