package org.posthorn.dns;

import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.Name;
import org.xbill.DNS.utils.base32;

/// Proofs by NSEC3: the hashes of the zone's names in order (RFC 5155 §8).
final class Nsec3Denial implements Denial {
  /// RFC 9276 §3.2: above, the proof costs more than it is worth, and says nothing. Zones should
  /// have 0.
  static final int ITERATIONS_MAX = 50;

  private static final int OPT_OUT = 1;
  private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUV=";
  private static final base32 HASHES = new base32(ALPHABET, false, false);

  private final Name zone;
  private final List<NSEC3Record> records;
  private final Work work;
  private final Map<Name, byte[]> hashes = new HashMap<>();

  /// @param records verified, each of the zone
  Nsec3Denial(Name zone, List<NSEC3Record> records, Work work) {
    this.zone = zone;
    this.work = work;
    NSEC3Record first = records.isEmpty() ? null : records.getFirst();
    // Hashes of different ways cannot be compared (RFC 5155 §8.2).
    this.records =
        records.stream()
            .filter(r -> (r.getFlags() & ~OPT_OUT) == 0)
            .filter(r -> r.getHashAlgorithm() == NSEC3Record.SHA1_DIGEST_ID)
            .filter(r -> r.getIterations() == first.getIterations())
            .filter(r -> Arrays.equals(r.getSalt(), first.getSalt()))
            .filter(r -> new Name(r.getName(), 1).equals(zone))
            .toList();
  }

  /// The name above a missing one that exists, and the record that shows that the name between them
  /// does not.
  private record Encloser(Name closest, NSEC3Record around) {
    boolean optedOut() {
      return (around.getFlags() & OPT_OUT) != 0;
    }
  }

  private boolean tooDear() {
    return !records.isEmpty() && records.getFirst().getIterations() > ITERATIONS_MAX;
  }

  @Override
  public Proof noData(Name name, int type) {
    if (tooDear()) {
      return Proof.INSECURE;
    }
    NSEC3Record here = at(name);
    if (here != null) {
      return of(Denial.without(here::hasType, type), false);
    }
    Encloser encloser = encloser(name);
    if (encloser == null) {
      return Proof.UNPROVEN;
    }
    NSEC3Record wildcard = at(Names.below("*", encloser.closest));
    if (wildcard != null) {
      return of(Denial.without(wildcard::hasType, type), encloser.optedOut());
    }
    return encloser.optedOut() ? Proof.INSECURE : Proof.UNPROVEN; // RFC 5155 §8.6
  }

  @Override
  public Proof noName(Name name) {
    if (tooDear()) {
      return Proof.INSECURE;
    }
    if (compact(name)) {
      return Proof.PROVEN;
    }
    Encloser encloser = encloser(name);
    return of(
        encloser != null && around(Names.below("*", encloser.closest)) != null,
        encloser != null && encloser.optedOut()); // RFC 5155 §9.2
  }

  @Override
  public Proof noCloser(Name name, int labels) {
    if (tooDear()) {
      return Proof.INSECURE;
    }
    int more = name.labels() - 1 - labels;
    NSEC3Record around = around(new Name(name, more - 1)); // RFC 5155 §8.8
    return of(around != null, around != null && (around.getFlags() & OPT_OUT) != 0);
  }

  @Override
  public Cut cut(Name name) {
    if (tooDear()) {
      return Cut.INSECURE;
    }
    NSEC3Record here = at(name);
    if (here != null) {
      return Denial.cut(here::hasType);
    }
    Encloser encloser = encloser(name);
    if (encloser == null) {
      return Cut.UNPROVEN;
    }
    return encloser.optedOut() ? Cut.INSECURE : Cut.NONE;
  }

  @Override
  public boolean compact(Name name) {
    NSEC3Record here = at(name);
    return here != null && here.hasType(NXNAME);
  }

  /// RFC 5155 §8.3. Null if there is no proof.
  private Encloser encloser(Name name) {
    for (Name at = name; at.subdomain(zone); at = new Name(at, 1)) {
      NSEC3Record here = at(at);
      if (here != null) {
        if (at.equals(name) || Denial.leadsAway(here::hasType)) {
          return null;
        }
        int more = name.labels() - at.labels();
        NSEC3Record around = around(new Name(name, more - 1));
        return around == null ? null : new Encloser(at, around);
      }
      if (at.equals(zone)) {
        return null;
      }
    }
    return null;
  }

  private NSEC3Record at(Name name) {
    byte[] hash = hash(name);
    if (hash == null) {
      return null;
    }
    for (NSEC3Record r : records) {
      if (Arrays.equals(owner(r), hash)) {
        return r;
      }
    }
    return null;
  }

  /// The record between whose two hashes a name's would be. Null if there is none.
  private NSEC3Record around(Name name) {
    byte[] hash = hash(name);
    if (hash == null) {
      return null;
    }
    for (NSEC3Record r : records) {
      byte[] owner = owner(r);
      if (owner == null) {
        continue;
      }
      boolean behind = Arrays.compareUnsigned(owner, hash) < 0;
      boolean before = Arrays.compareUnsigned(hash, r.getNext()) < 0;
      boolean last = Arrays.compareUnsigned(r.getNext(), owner) <= 0;
      boolean same = Arrays.equals(owner, hash);
      if (!same && (last ? behind || before : behind && before)) {
        return r;
      }
    }
    return null;
  }

  private static byte[] owner(NSEC3Record r) {
    return HASHES.fromString(r.getName().getLabelString(0));
  }

  /// Null if it is no name of the zone, or no more may be hashed.
  private byte[] hash(Name name) {
    if (records.isEmpty() || name == null || !name.subdomain(zone)) {
      return null;
    }
    byte[] known = hashes.get(name);
    if (known == null && work.hash()) {
      try {
        known = records.getFirst().hashName(name);
        hashes.put(name, known);
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("the JDK has SHA-1", e);
      }
    }
    return known;
  }

  private static Proof of(boolean proven, boolean optedOut) {
    if (!proven) {
      return Proof.UNPROVEN;
    }
    return optedOut ? Proof.INSECURE : Proof.PROVEN;
  }
}
