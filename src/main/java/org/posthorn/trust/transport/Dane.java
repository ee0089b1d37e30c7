package org.posthorn.trust.transport;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.dns.Tlsa;

/// Judges a server's certificate by the TLSA records of its host (RFC 6698 as RFC 7671 and RFC 7672
/// want it): no authority but those in the records is believed.
///
/// What cannot be used is left out from the start: certificate usages 0 and 1 (RFC 7672 §3.1.3),
/// selectors and matching types that nobody has defined, octets that fit neither. Of the digests
/// for one usage and selector only the strongest counts (RFC 7671 §9).
///
/// @param base the host whose records they are: whom to ask for in TLS (RFC 7672 §8.1)
/// @param names the certificate is for one of these, unless a record names it itself: A-labels in
///   lower case
/// @param records those that can be used, perhaps none
public record Dane(String base, Set<String> names, List<Tlsa> records) {
  private static final int TA = 2; // RFC 7218
  private static final int EE = 3;

  private static final int CERT = 0;
  private static final int SPKI = 1;

  private static final int FULL = 0;
  private static final int SHA_256 = 1;
  private static final int SHA_512 = 2;

  private static final int SHA_256_OCTETS = 32;
  private static final int SHA_512_OCTETS = 64;

  /// Records beyond are not looked at. The smallest answer that holds more has no honest maker.
  private static final int RECORDS_MAX = 50;

  /// What a certificate is worth.
  ///
  /// @param failure null if it is good
  /// @param reason for people, "" if it is good
  public record Judgement(TlsFailure failure, String reason) {
    static final Judgement GOOD = new Judgement(null, "");

    public boolean good() {
      return failure == null;
    }
  }

  public Dane {
    names = Set.copyOf(names);
    records = strongest(records.stream().limit(RECORDS_MAX).filter(Dane::usable).toList());
  }

  private static boolean usable(Tlsa r) {
    boolean known = (r.usage() == TA || r.usage() == EE) && r.selector() <= SPKI;
    return known
        && switch (r.matching()) {
          case FULL -> r.selector() == CERT ? DaneChain.certificate(r) != null : isKey(r);
          case SHA_256 -> r.octets().length == SHA_256_OCTETS;
          case SHA_512 -> r.octets().length == SHA_512_OCTETS;
          default -> false;
        };
  }

  private static boolean isKey(Tlsa r) {
    return DaneChain.key(r) != null;
  }

  private static List<Tlsa> strongest(List<Tlsa> usable) {
    Map<List<Integer>, Integer> digests = new HashMap<>();
    for (Tlsa r : usable) {
      digests.merge(List.of(r.usage(), r.selector()), r.matching(), Math::max);
    }
    return usable.stream()
        .filter(r ->
            r.matching() == FULL || r.matching() == digests.get(List.of(r.usage(), r.selector())))
        .toList();
  }

  /// Whether there is anything to judge by. If not, the connection must be encrypted all the same,
  /// by whatever certificate (RFC 7672 §2.2).
  public boolean usable() {
    return !records.isEmpty();
  }

  /// @param chain what the server has shown, its own certificate first
  public Judgement judge(List<X509Certificate> chain, Instant now) {
    if (chain.isEmpty()) {
      return new Judgement(TlsFailure.CERTIFICATE_NOT_TRUSTED, "no certificate");
    }
    try {
      for (Tlsa r : records) {
        if (r.usage() == EE && matches(r, chain.getFirst())) {
          return Judgement.GOOD; // neither its names nor its dates count (RFC 7672 §3.1.1)
        }
      }
      List<Tlsa> anchors = new ArrayList<>(records);
      anchors.removeIf(r -> r.usage() != TA);
      return anchors.isEmpty()
          ? new Judgement(
              TlsFailure.CERTIFICATE_NOT_TRUSTED,
              "the certificate is not the one that the TLSA records of " + base + " name")
          : new DaneChain(this, anchors, chain, now).judge();
    } catch (GeneralSecurityException | RuntimeException e) { // deep inside a parser
      return new Judgement(TlsFailure.CERTIFICATE_NOT_TRUSTED, "the certificate cannot be read");
    }
  }

  static boolean matches(Tlsa record, X509Certificate certificate)
      throws CertificateEncodingException {
    byte[] octets =
        record.selector() == CERT
            ? certificate.getEncoded()
            : certificate.getPublicKey().getEncoded();
    byte[] theirs =
        switch (record.matching()) {
          case FULL -> octets;
          case SHA_256 -> digest("SHA-256", octets);
          default -> digest("SHA-512", octets);
        };
    return Arrays.equals(theirs, record.octets());
  }

  private static byte[] digest(String algorithm, byte[] octets) {
    try {
      return MessageDigest.getInstance(algorithm).digest(octets);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e); // every Java has them
    }
  }
}
