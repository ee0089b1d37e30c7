package org.posthorn.trust.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.posthorn.dns.Tlsa;

/// The way from a server's certificate to an authority that a TLSA record names (DANE-TA, RFC 7672
/// §3.1.2). Used once.
final class DaneChain {
  private static final int FULL = 0;
  private static final int SPKI = 1;
  private static final int SAN_DNS = 2; // RFC 5280 §4.2.1.6: dNSName [2]
  private static final String NAME_CONSTRAINTS = "2.5.29.30";

  // RFC 5280 §4.2.1.12
  private static final String SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
  private static final String ANY_USE = "2.5.29.37.0";

  private final Dane dane;
  private final List<Tlsa> anchors;
  private final X509Certificate leaf;
  private final List<X509Certificate> others = new ArrayList<>(); // shown, or in a record
  private final Instant now;

  DaneChain(Dane dane, List<Tlsa> anchors, List<X509Certificate> chain, Instant now) {
    this.dane = dane;
    this.anchors = anchors;
    this.leaf = chain.getFirst();
    this.now = now;
    others.addAll(chain.subList(1, chain.size()));
    for (Tlsa r : anchors) {
      X509Certificate given = r.matching() == FULL && r.selector() != SPKI ? certificate(r) : null;
      if (given != null) {
        others.add(given);
      }
    }
  }

  /// The certificate in a record that has all of it; null if it has none.
  static X509Certificate certificate(Tlsa record) {
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      var in = new ByteArrayInputStream(record.octets());
      return in.available() > 0
              && factory.generateCertificate(in) instanceof X509Certificate x
              && in.available() == 0
          ? x
          : null;
    } catch (CertificateException | RuntimeException e) { // deep inside a parser
      return null;
    }
  }

  /// The same for a key.
  static PublicKey key(Tlsa record) {
    try {
      return new JcaPEMKeyConverter()
          .getPublicKey(SubjectPublicKeyInfo.getInstance(record.octets()));
    } catch (IOException | RuntimeException e) { // deep inside a parser
      return null;
    }
  }

  Dane.Judgement judge() throws GeneralSecurityException {
    List<X509Certificate> path = new ArrayList<>(List.of(leaf));
    while (true) {
      X509Certificate last = path.getLast();
      X509Certificate next = null;
      for (X509Certificate issuer : others) {
        if (path.contains(issuer) || !signed(issuer, last)) {
          continue;
        }
        if (isAnchor(issuer)) {
          return below(issuer, path);
        }
        next = next == null ? issuer : next;
      }
      if (next == null) {
        return byBareKey(path);
      }
      path.add(next);
    }
  }

  private static boolean signed(X509Certificate issuer, X509Certificate subject) {
    if (!issuer.getSubjectX500Principal().equals(subject.getIssuerX500Principal())) {
      return false;
    }
    try {
      subject.verify(issuer.getPublicKey());
      return true;
    } catch (GeneralSecurityException | RuntimeException e) {
      return false; // of another key
    }
  }

  private boolean isAnchor(X509Certificate issuer) throws GeneralSecurityException {
    for (Tlsa r : anchors) {
      if (Dane.matches(r, issuer)) {
        return true;
      }
    }
    return false;
  }

  private Dane.Judgement below(X509Certificate anchor, List<X509Certificate> path)
      throws GeneralSecurityException {
    try {
      anchor.checkValidity(Date.from(now));
    } catch (CertificateException e) {
      return new Dane.Judgement(
          TlsFailure.CERTIFICATE_EXPIRED, "the authority's certificate is not valid now");
    }
    // What stands in it holds as for any other (RFC 7672 §3.1.2); Java asks no anchor for that.
    if (anchor.getVersion() >= 3 && anchor.getBasicConstraints() < path.size() - 1) {
      return untrusted("what the TLSA records of " + dane.base() + " name may not vouch for this");
    }
    byte[] wrapped = anchor.getExtensionValue(NAME_CONSTRAINTS);
    byte[] constraints = wrapped == null ? null : ASN1OctetString.getInstance(wrapped).getOctets();
    return along(path, new TrustAnchor(anchor, constraints));
  }

  /// The authority itself was not shown, but a record may hold its key.
  private Dane.Judgement byBareKey(List<X509Certificate> path) throws GeneralSecurityException {
    X509Certificate last = path.getLast();
    for (Tlsa r : anchors) {
      PublicKey key = r.matching() == FULL && r.selector() == SPKI ? key(r) : null;
      if (key == null) {
        continue;
      }
      try {
        last.verify(key);
      } catch (GeneralSecurityException | RuntimeException e) {
        continue; // another's
      }
      return along(path, new TrustAnchor(last.getIssuerX500Principal(), key, null));
    }
    return untrusted("nobody whom the TLSA records of " + dane.base() + " name vouches for it");
  }

  private Dane.Judgement along(List<X509Certificate> path, TrustAnchor anchor)
      throws GeneralSecurityException {
    PKIXParameters parameters = new PKIXParameters(Set.of(anchor));
    parameters.setRevocationEnabled(false);
    parameters.setDate(Date.from(now));
    try {
      CertPathValidator.getInstance("PKIX")
          .validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
    } catch (CertPathValidatorException e) {
      boolean expired =
          e.getReason() == CertPathValidatorException.BasicReason.EXPIRED
              || e.getCause() instanceof CertificateExpiredException;
      return expired
          ? new Dane.Judgement(
              TlsFailure.CERTIFICATE_EXPIRED, "the certificate, or one behind it, has expired")
          : untrusted("the chain of certificates is not sound");
    }
    List<String> uses = leaf.getExtendedKeyUsage();
    if (uses != null && !uses.contains(SERVER_AUTH) && !uses.contains(ANY_USE)) {
      return untrusted("the certificate is for another use");
    }
    return isForOneOf(dane.names())
        ? Dane.Judgement.GOOD
        : new Dane.Judgement(
            TlsFailure.CERTIFICATE_HOST_MISMATCH, "the certificate is not for " + dane.base());
  }

  private static Dane.Judgement untrusted(String reason) {
    return new Dane.Judgement(TlsFailure.CERTIFICATE_NOT_TRUSTED, reason);
  }

  /// RFC 7672 §3.2.3.
  private boolean isForOneOf(Set<String> wanted) throws CertificateException {
    Set<String> presented = new HashSet<>();
    Collection<List<?>> alternatives = leaf.getSubjectAlternativeNames();
    for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
      if (Integer.valueOf(SAN_DNS).equals(alternative.get(0))) {
        presented.add(((String) alternative.get(1)).toLowerCase(Locale.ROOT));
      }
    }
    if (presented.isEmpty()) {
      X500Name subject = X500Name.getInstance(leaf.getSubjectX500Principal().getEncoded());
      for (RDN rdn : subject.getRDNs(BCStyle.CN)) {
        String name = IETFUtils.valueToString(rdn.getFirst().getValue());
        presented.add(name.toLowerCase(Locale.ROOT));
      }
    }
    for (String name : wanted) {
      int dot = name.indexOf('.');
      boolean wild = dot > 0 && presented.contains("*" + name.substring(dot));
      if (wild || presented.contains(name)) {
        return true;
      }
    }
    return false;
  }
}
