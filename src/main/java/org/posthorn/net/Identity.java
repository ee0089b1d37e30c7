package org.posthorn.net;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A certificate chain with its key and the DNS names it is for, in lower case. The first
/// certificate is the key's.
record Identity(List<X509Certificate> chain, PrivateKey key, Set<String> names) {
  private static final int SAN_DNS = 2; // RFC 5280 §4.2.1.6: dNSName [2]

  Identity {
    chain = List.copyOf(chain);
    names = Set.copyOf(names);
  }

  static Identity of(List<X509Certificate> chain, PrivateKey key) {
    return new Identity(chain, key, namesOf(chain.getFirst()));
  }

  /// EC, RSA, RSASSA-PSS or EdDSA, as JSSE calls key types.
  String type() {
    return key.getAlgorithm();
  }

  X509Certificate leaf() {
    return chain.getFirst();
  }

  boolean serves(String name) {
    return names.contains(name);
  }

  /// Whether a wildcard name covers it: one label, the leftmost (RFC 9525 §6.3).
  boolean servesByWildcard(String name) {
    int dot = name.indexOf('.');
    return dot > 0 && names.contains("*" + name.substring(dot));
  }

  static boolean fits(PrivateKey key, X509Certificate certificate) {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "EC" -> "SHA256withECDSA";
          case "RSA" -> "SHA256withRSA";
          default -> key.getAlgorithm();
        };
    byte[] probe = {1, 2, 3};
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(key);
      signature.update(probe);
      byte[] signed = signature.sign();
      signature.initVerify(certificate.getPublicKey());
      signature.update(probe);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // another kind of key
    }
  }

  static Set<String> namesOf(X509Certificate certificate) {
    Set<String> names = new LinkedHashSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      for (List<?> alternative : alternatives == null ? List.<List<?>>of() : alternatives) {
        if (Integer.valueOf(SAN_DNS).equals(alternative.get(0))) {
          names.add(((String) alternative.get(1)).toLowerCase(Locale.ROOT));
        }
      }
    } catch (CertificateParsingException e) {
      return Set.of(); // still good as a default
    }
    return names;
  }
}
