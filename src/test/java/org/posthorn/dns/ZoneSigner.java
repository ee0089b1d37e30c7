package org.posthorn.dns;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.utils.base32;

/// Signs what a [ZoneServer] answers, when it answers: RRSIG, DNSKEY, DS, NSEC or NSEC3. A zone
/// begins at the root and wherever there is an SOA.
final class ZoneSigner {
  /// How a zone is signed.
  ///
  /// @param hashed NSEC3 instead of NSEC
  /// @param optOut unsigned delegations are not in the chain of NSEC3
  record Way(boolean hashed, int iterations, boolean optOut, Algorithm algorithm) {
    static final Way NSEC = new Way(false, 0, false, Algorithm.P256);
    static final Way NSEC3 = new Way(true, 0, false, Algorithm.P256);
    static final Way OPT_OUT = new Way(true, 0, true, Algorithm.P256);

    Way with(Algorithm other) {
      return new Way(hashed, iterations, optOut, other);
    }

    Way iterated(int times) {
      return new Way(hashed, times, optOut, algorithm);
    }
  }

  enum Algorithm {
    RSA(DNSSEC.Algorithm.RSASHA256),
    P256(DNSSEC.Algorithm.ECDSAP256SHA256),
    P384(DNSSEC.Algorithm.ECDSAP384SHA384),
    ED25519(DNSSEC.Algorithm.ED25519);

    private final int number;

    Algorithm(int number) {
      this.number = number;
    }

    KeyPair make() {
      try {
        KeyPairGenerator generator =
            KeyPairGenerator.getInstance(
                switch (this) {
                  case RSA -> "RSA";
                  case P256, P384 -> "EC";
                  case ED25519 -> "Ed25519";
                });
        switch (this) {
          case RSA -> generator.initialize(2048);
          case P256 -> generator.initialize(new ECGenParameterSpec("secp256r1"));
          case P384 -> generator.initialize(new ECGenParameterSpec("secp384r1"));
          case ED25519 -> {}
        }
        return generator.generateKeyPair();
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /// A zone's key, which signs its keys and all else.
  private record Zone(Name apex, Way way, DNSKEYRecord key, KeyPair pair) {}

  private static final Duration DAY = Duration.ofDays(1);
  private static final int TTL = 300;
  private static final int ZONE_AND_ENTRY = 0x101;
  private static final byte[] SALT = {(byte) 0xaa, (byte) 0xbb};
  private static final base32 HASHES =
      new base32("0123456789ABCDEFGHIJKLMNOPQRSTUV=", false, false);

  private final Map<Name, List<Record>> records;
  private final Map<Name, Zone> zones = new ConcurrentHashMap<>();

  /// @param records live
  ZoneSigner(Map<Name, List<Record>> records) {
    this.records = records;
  }

  /// Makes a zone a signed one, or gives it another key and way.
  void sign(Name apex, Way way) {
    try {
      KeyPair pair = way.algorithm.make();
      var key =
          new DNSKEYRecord(
              apex, DClass.IN, TTL, ZONE_AND_ENTRY, 3, way.algorithm.number, pair.getPublic());
      zones.put(apex, new Zone(apex, way, key, pair));
      List<Record> here = records.computeIfAbsent(apex, n -> ZoneServer.list());
      here.removeIf(r -> r.getType() == Type.DNSKEY || r.getType() == Type.DS);
      here.add(key);
      if (here.stream().noneMatch(r -> r instanceof SOARecord)) {
        here.add(new SOARecord(apex, DClass.IN, TTL, apex, apex, 1, 600, 600, 600, 60));
      }
      if (!apex.equals(Name.root)) {
        here.add(ds(key));
      }
    } catch (DNSSEC.DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Makes it a zone without keys.
  void unsign(Name apex) {
    zones.remove(apex);
    List<Record> here = records.computeIfAbsent(apex, n -> ZoneServer.list());
    here.removeIf(r -> r.getType() == Type.DNSKEY || r.getType() == Type.DS);
  }

  /// What a validator must be told of a zone.
  DSRecord anchor(Name apex) {
    return ds(zones.get(apex).key);
  }

  private static DSRecord ds(DNSKEYRecord key) {
    return new DSRecord(key.getName(), DClass.IN, TTL, DNSSEC.Digest.SHA256, key);
  }

  private static boolean isApex(List<Record> here) {
    return here.stream().anyMatch(r -> r instanceof SOARecord);
  }

  /// The zone that answers for a name; for a DS, the one above it.
  Name zoneOf(Name name, int type) {
    Name at = type == Type.DS && !name.equals(Name.root) ? new Name(name, 1) : name;
    while (!at.equals(Name.root) && !isApex(records.getOrDefault(at, List.of()))) {
      at = new Name(at, 1);
    }
    return at;
  }

  /// Adds to an answer what shows that it is true.
  void complete(Message reply, Name asked, int type) {
    Set<String> done = new TreeSet<>();
    Name last = asked;
    for (Record r : List.copyOf(reply.getSection(Section.ANSWER))) {
      last = r.getType() == Type.CNAME ? ((org.xbill.DNS.CNAMERecord) r).getTarget() : r.getName();
      if (done.add(r.getName() + " " + r.getType())) {
        List<Record> set =
            reply.getSection(Section.ANSWER).stream()
                .filter(o -> o.getName().equals(r.getName()) && o.getType() == r.getType())
                .toList();
        sign(reply, Section.ANSWER, set);
      }
    }
    List<Record> soa = List.copyOf(reply.getSection(Section.AUTHORITY));
    boolean nothing = soa.stream().anyMatch(r -> r instanceof SOARecord);
    if (nothing) {
      sign(reply, Section.AUTHORITY, soa);
      deny(reply, last, type);
    }
  }

  private void sign(Message reply, int section, List<Record> set) {
    Record first = set.getFirst();
    Zone zone = zones.get(zoneOf(first.getName(), first.getType()));
    if (zone == null || madeOfDname(reply, first)) {
      return;
    }
    Name wild = wildcard(first.getName());
    List<Record> owned = new ArrayList<>();
    for (Record r : set) {
      owned.add(
          wild == null
              ? r
              : Record.newRecord(
                  wild, r.getType(), DClass.IN, r.getTTL(), r.rdataToWireCanonical()));
    }
    RRSIGRecord s = signature(zone, owned);
    reply.addRecord(
        Record.newRecord(
            first.getName(), Type.RRSIG, DClass.IN, s.getTTL(), s.rdataToWireCanonical()),
        section);
    if (wild != null && section == Section.ANSWER) {
      proveNothingCloser(reply, zone, first.getName());
    }
  }

  private static boolean madeOfDname(Message reply, Record r) {
    return r.getType() == Type.CNAME
        && reply.getSection(Section.ANSWER).stream()
            .anyMatch(d -> d.getType() == Type.DNAME && r.getName().subdomain(d.getName()));
  }

  /// The wildcard that a name's records come from. Null if it exists itself.
  private Name wildcard(Name name) {
    if (exists(name)) {
      return null;
    }
    for (int cut = 1; cut < name.labels(); cut++) {
      if (records.containsKey(name.wild(cut))) {
        return name.wild(cut);
      }
    }
    return null;
  }

  private boolean exists(Name name) {
    return records.keySet().stream().anyMatch(n -> n.subdomain(name));
  }

  private static RRSIGRecord signature(Zone zone, List<? extends Record> set) {
    try {
      Instant now = Instant.now();
      return DNSSEC.sign(
          new RRset(new ArrayList<Record>(set)),
          zone.key,
          zone.pair.getPrivate(),
          now.minus(DAY),
          now.plus(DAY));
    } catch (DNSSEC.DNSSECException e) {
      throw new IllegalStateException(e);
    }
  }

  private void proveNothingCloser(Message reply, Zone zone, Name name) {
    if (zone.way.hashed) {
      add(reply, zone, hashed(zone, nextCloser(name)));
    } else {
      add(reply, zone, plain(zone, name));
    }
  }

  private void deny(Message reply, Name name, int type) {
    Zone zone = zones.get(zoneOf(name, type));
    if (zone == null) {
      return;
    }
    boolean exists = exists(name) && reply.getRcode() == Rcode.NOERROR;
    if (!zone.way.hashed) {
      add(reply, zone, plain(zone, name));
      if (!exists) {
        add(reply, zone, plain(zone, Names.below("*", closest(name))));
      }
      return;
    }
    boolean listed = names(zone).containsKey(name);
    if (exists && listed) {
      add(reply, zone, hashed(zone, name));
      return;
    }
    Name closest = closest(name);
    while (!names(zone).containsKey(closest) || closest.equals(name)) {
      closest = new Name(closest, 1);
    }
    add(reply, zone, hashed(zone, closest));
    add(reply, zone, hashed(zone, below(closest, name)));
    add(reply, zone, hashed(zone, Names.below("*", closest)));
  }

  private void add(Message reply, Zone zone, Record denial) {
    if (!reply.getSection(Section.AUTHORITY).contains(denial)) {
      reply.addRecord(denial, Section.AUTHORITY);
      reply.addRecord(signature(zone, List.of(denial)), Section.AUTHORITY);
    }
  }

  /// The longest name above one, or itself, that exists.
  private Name closest(Name name) {
    Name at = name;
    while (!at.equals(Name.root) && !exists(at)) {
      at = new Name(at, 1);
    }
    return at;
  }

  private Name nextCloser(Name name) {
    return below(closest(name), name);
  }

  /// The name one label below another on the way to a third.
  private static Name below(Name above, Name name) {
    return new Name(name, name.labels() - above.labels() - 1);
  }

  /// Names of a zone, those of delegations included, with their types. Those without records, which
  /// only have others below them, have none.
  private TreeMap<Name, Set<Integer>> names(Zone zone) {
    var names = new TreeMap<Name, Set<Integer>>();
    records.forEach((name, here) -> {
      if (here.isEmpty()) {
        return;
      }
      boolean delegated =
          !name.equals(zone.apex)
              && zoneOf(name, Type.SOA).equals(name)
              && zoneOf(name, Type.DS).equals(zone.apex);
      boolean ours = zoneOf(name, Type.SOA).equals(zone.apex);
      if (!ours && !delegated) {
        return;
      }
      Set<Integer> types = new TreeSet<>();
      for (Record r : here) {
        boolean above = r.getType() == Type.DS;
        if (above == delegated) {
          types.add(r.getType());
        }
      }
      if (delegated || name.equals(zone.apex)) {
        types.add(Type.NS);
      }
      if (zone.way.hashed && zone.way.optOut && delegated && !types.contains(Type.DS)) {
        return;
      }
      names.put(name, types);
      for (Name at = name; zone.way.hashed && !at.equals(zone.apex); at = new Name(at, 1)) {
        names.putIfAbsent(at, new TreeSet<>());
      }
    });
    return names;
  }

  private NSECRecord plain(Zone zone, Name name) {
    TreeMap<Name, Set<Integer>> names = names(zone);
    Name owner = names.floorKey(name);
    Name next = names.higherKey(owner);
    Set<Integer> types = new TreeSet<>(names.get(owner));
    types.addAll(List.of(Type.RRSIG, Type.NSEC));
    return new NSECRecord(owner, DClass.IN, TTL, next == null ? zone.apex : next, numbers(types));
  }

  private NSEC3Record hashed(Zone zone, Name name) {
    var hashes = new TreeMap<byte[], Name>(Arrays::compareUnsigned);
    TreeMap<Name, Set<Integer>> names = names(zone);
    names.keySet().forEach(n -> hashes.put(hash(zone.way, n), n));
    byte[] owner = hashes.floorKey(hash(zone.way, name));
    if (owner == null) {
      owner = hashes.lastKey();
    }
    byte[] next = hashes.higherKey(owner);
    Set<Integer> types = new TreeSet<>(names.get(hashes.get(owner)));
    if (types.contains(Type.DS) || !types.isEmpty() && !types.equals(Set.of(Type.NS))) {
      types.add(Type.RRSIG);
    }
    return new NSEC3Record(
        Names.below(HASHES.toString(owner), zone.apex),
        DClass.IN,
        TTL,
        DNSSEC.Digest.SHA1,
        zone.way.optOut ? 1 : 0,
        zone.way.iterations,
        SALT,
        next == null ? hashes.firstKey() : next,
        numbers(types));
  }

  private static byte[] hash(Way way, Name name) {
    try {
      var form =
          new NSEC3Record(
              Name.root, DClass.IN, TTL, 1, 0, way.iterations, SALT, new byte[20], new int[0]);
      return form.hashName(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static int[] numbers(Set<Integer> types) {
    return types.stream().sorted(Comparator.naturalOrder()).mapToInt(Integer::intValue).toArray();
  }

  /// Changes all signatures of an answer.
  static void spoil(Message reply, ZoneServer.Behaviour flaw) {
    for (int section : List.of(Section.ANSWER, Section.AUTHORITY)) {
      for (Record r : List.copyOf(reply.getSection(section))) {
        if (!(r instanceof RRSIGRecord s)) {
          boolean denial = r.getType() == Type.NSEC || r.getType() == Type.NSEC3;
          if (denial && flaw == ZoneServer.Behaviour.NO_PROOF) {
            reply.removeRecord(r, section);
          }
          continue;
        }
        boolean ofDenial = s.getTypeCovered() == Type.NSEC || s.getTypeCovered() == Type.NSEC3;
        boolean drop =
            flaw == ZoneServer.Behaviour.NO_SIGNATURE
                || flaw == ZoneServer.Behaviour.SAYS_AD
                || flaw == ZoneServer.Behaviour.NO_PROOF && ofDenial;
        if (drop || flaw != ZoneServer.Behaviour.NO_PROOF) {
          reply.removeRecord(s, section);
        }
        if (!drop && flaw != ZoneServer.Behaviour.NO_PROOF) {
          reply.addRecord(spoilt(s, flaw), section);
        }
      }
    }
  }

  private static RRSIGRecord spoilt(RRSIGRecord s, ZoneServer.Behaviour flaw) {
    Instant now = Instant.now();
    Instant from = s.getTimeSigned();
    Instant to = s.getExpire();
    byte[] octets = s.getSignature();
    switch (flaw) {
      case EXPIRED_SIGNATURE -> {
        from = now.minus(DAY.multipliedBy(3));
        to = now.minus(DAY);
      }
      case EARLY_SIGNATURE -> {
        from = now.plus(DAY);
        to = now.plus(DAY.multipliedBy(3));
      }
      default -> octets[octets.length - 1] ^= 1;
    }
    return new RRSIGRecord(
        s.getName(),
        DClass.IN,
        s.getTTL(),
        s.getTypeCovered(),
        s.getAlgorithm(),
        s.getOrigTTL(),
        to,
        from,
        s.getFootprint(),
        s.getSigner(),
        octets);
  }
}
