package org.posthorn.dns;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.DNSSEC.Algorithm;
import org.xbill.DNS.DNSSEC.Digest;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.RRset;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/// Which signatures fit (RFC 4035 §5.3).
final class Signatures {
  /// Keys of one tag that are tried for a signature. Honest zones have one; two by bad luck.
  private static final int KEYS_OF_A_TAG = 2;

  private static final int KEYS_MAX = 32;
  private static final int DIGESTS_MAX = 16;

  /// For clocks that do not agree.
  private static final Duration SKEW = Duration.ofMinutes(5);

  private static final int RSA_BITS_MIN = 1024;
  private static final int RSA_BITS_MAX = 4096;

  /// A longer one makes verification as dear as signing. All that are in use are F4.
  private static final int RSA_EXPONENT_BITS_MAX = 35;

  private static final int PROTOCOL = 3; // RFC 4034 §2.1.2

  /// Those that the JDK knows of what RFC 8624 §3.1 and RFC 9904 ask of a validator.
  private static final Set<Integer> ALGORITHMS =
      Set.of(
          Algorithm.RSASHA1,
          Algorithm.RSA_NSEC3_SHA1,
          Algorithm.RSASHA256,
          Algorithm.RSASHA512,
          Algorithm.ECDSAP256SHA256,
          Algorithm.ECDSAP384SHA384,
          Algorithm.ED25519,
          Algorithm.ED448);

  private static final Set<Integer> RSA =
      Set.of(Algorithm.RSASHA1, Algorithm.RSA_NSEC3_SHA1, Algorithm.RSASHA256, Algorithm.RSASHA512);

  private static final Set<Integer> DIGESTS = Set.of(Digest.SHA1, Digest.SHA256, Digest.SHA384);

  private Signatures() {}

  /// What became of it.
  sealed interface Checked {
    /// @param labels of the name that was signed: fewer than the set's name has, if it comes from a
    ///   wildcard
    /// @param seconds how long the records may be kept (RFC 4035 §5.3.3)
    record Good(int labels, long seconds) implements Checked {}

    /// @param text for people
    record Bad(String text) implements Checked {}
  }

  /// Whether one of the signatures is by one of the zone's keys.
  static Checked check(SignedSet set, Name zone, List<DNSKEYRecord> keys, Instant now, Work work) {
    String what = Names.shown(set.name()) + " " + Type.string(set.type());
    if (set.tooLarge()) {
      return new Checked.Bad(what + ": too many records to validate");
    }
    String text = what + ": no signature of the zone " + Names.shown(zone);
    RRset rrset = set.rrset();
    for (RRSIGRecord s : set.signatures()) {
      if (!s.getSigner().equals(zone) || s.getLabels() > set.labels()) {
        continue;
      }
      if (now.plus(SKEW).isBefore(s.getTimeSigned())) {
        text = what + ": the signature is not valid yet";
        continue;
      }
      if (now.minus(SKEW).isAfter(s.getExpire())) {
        text = what + ": the signature has expired";
        continue;
      }
      text = what + ": the signature does not fit";
      int tried = 0;
      for (DNSKEYRecord key : keys) {
        if (key.getAlgorithm() != s.getAlgorithm() || key.getFootprint() != s.getFootprint()) {
          continue;
        }
        if (tried++ == KEYS_OF_A_TAG) {
          break;
        }
        if (!work.verification()) {
          return new Checked.Bad(what + ": too many signatures to try");
        }
        if (fits(rrset, s, key)) {
          return new Checked.Good(s.getLabels(), seconds(set, s, now));
        }
      }
    }
    return new Checked.Bad(text);
  }

  private static boolean fits(RRset set, RRSIGRecord signature, DNSKEYRecord key) {
    try {
      DNSSEC.verify(set, signature, key, signature.getExpire()); // when is decided above
      return true;
    } catch (DNSSEC.DNSSECException | RuntimeException e) {
      return false; // the library meets whatever strangers publish
    }
  }

  private static long seconds(SignedSet set, RRSIGRecord signature, Instant now) {
    long left = Math.max(0, Duration.between(now, signature.getExpire()).toSeconds());
    long ttl = Math.min(left, signature.getOrigTTL());
    for (Record r : set.records()) {
      ttl = Math.min(ttl, r.getTTL());
    }
    return ttl;
  }

  /// Those of a zone's keys that may sign its records and that we can compute with.
  static List<DNSKEYRecord> usable(SignedSet keys) {
    List<DNSKEYRecord> usable = new ArrayList<>();
    for (Record r : keys.records()) {
      if (r instanceof DNSKEYRecord key && usable(key) && usable.size() < KEYS_MAX) {
        usable.add(key);
      }
    }
    return usable;
  }

  private static boolean usable(DNSKEYRecord key) {
    boolean ofAZone = (key.getFlags() & DNSKEYRecord.Flags.ZONE_KEY) != 0;
    boolean revoked = (key.getFlags() & DNSKEYRecord.Flags.REVOKE) != 0; // RFC 5011 §2.1
    return ofAZone
        && !revoked
        && key.getProtocol() == PROTOCOL
        && ALGORITHMS.contains(key.getAlgorithm())
        && (!RSA.contains(key.getAlgorithm()) || moderate(key.getKey()));
  }

  /// Whether an RSA key is of a size that costs what others cost (RFC 3110 §2).
  private static boolean moderate(byte[] key) {
    if (key.length < 4) {
      return false;
    }
    int at = 1;
    int length = key[0] & 0xff;
    if (length == 0) {
      length = (key[1] & 0xff) << 8 | key[2] & 0xff;
      at = 3;
    }
    if (length == 0 || at + length >= key.length) {
      return false;
    }
    int modulus = new BigInteger(1, key, at + length, key.length - at - length).bitLength();
    return new BigInteger(1, key, at, length).bitLength() <= RSA_EXPONENT_BITS_MAX
        && modulus >= RSA_BITS_MIN
        && modulus <= RSA_BITS_MAX;
  }

  /// Those digests of a DS set that we can compute with. None: the zone is to be treated as if it
  /// was not signed (RFC 4035 §5.2).
  static List<DSRecord> usableDigests(List<Record> records) {
    List<DSRecord> usable = new ArrayList<>();
    for (Record r : records) {
      if (r instanceof DSRecord ds
          && ALGORITHMS.contains(ds.getAlgorithm())
          && DIGESTS.contains(ds.getDigestID())) {
        usable.add(ds);
      }
    }
    boolean strong = usable.stream().anyMatch(d -> d.getDigestID() != Digest.SHA1);
    if (strong) {
      usable.removeIf(d -> d.getDigestID() == Digest.SHA1); // RFC 4509 §3
    }
    return usable.subList(0, Math.min(usable.size(), DIGESTS_MAX));
  }

  /// Those of the keys that an anchor or the zone above vouches for.
  ///
  /// @param vouched DS or DNSKEY records
  static List<DNSKEYRecord> vouched(List<DNSKEYRecord> keys, List<? extends Record> vouched) {
    List<DNSKEYRecord> entries = new ArrayList<>();
    for (DNSKEYRecord key : keys) {
      int tried = 0;
      for (Record v : vouched) {
        boolean same =
            switch (v) {
              case DSRecord ds ->
                  ds.getFootprint() == key.getFootprint()
                      && ds.getAlgorithm() == key.getAlgorithm()
                      && tried++ < DIGESTS_MAX
                      && MessageDigest.isEqual(ds.getDigest(), digest(key, ds.getDigestID()));
              case DNSKEYRecord known ->
                  known.getAlgorithm() == key.getAlgorithm()
                      && MessageDigest.isEqual(known.getKey(), key.getKey());
              default -> false;
            };
        if (same) {
          entries.add(key);
          break;
        }
      }
    }
    return entries;
  }

  private static byte[] digest(DNSKEYRecord key, int algorithm) {
    return new DSRecord(key.getName(), key.getDClass(), 0, algorithm, key).getDigest();
  }
}
