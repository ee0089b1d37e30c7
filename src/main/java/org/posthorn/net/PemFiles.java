package org.posthorn.net;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/// Certificates and keys in PEM, as certificate authorities and tools write them: keys as PKCS#8,
/// PKCS#1 or SEC 1, chain and key in one file or two, the chain in any order, other objects
/// between.
final class PemFiles {
  private static final long SIZE_MAX = 1 << 20;
  private static final ASN1ObjectIdentifier EC = X9ObjectIdentifiers.id_ecPublicKey;

  private PemFiles() {}

  /// @throws IOException that names the file and says what is wrong, fit to be shown
  static Identity read(Path chainFile, Path keyFile) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    PrivateKey key = null;
    for (Object object : objects(chainFile)) {
      if (object instanceof X509CertificateHolder holder) {
        certificates.add(certificate(holder, chainFile));
      }
    }
    for (Object object : objects(keyFile)) {
      if (key == null) {
        key = key(object, certificates, keyFile);
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(chainFile + " has no certificate");
    }
    if (key == null) {
      throw new IOException(keyFile + " has no private key");
    }
    return Identity.of(chain(certificates, key, chainFile, keyFile), key);
  }

  /// All certificates of a file, one at least.
  ///
  /// @throws IOException that names the file and says what is wrong, fit to be shown
  static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Object object : objects(file)) {
      if (object instanceof X509CertificateHolder holder) {
        certificates.add(certificate(holder, file));
      }
    }
    if (certificates.isEmpty()) {
      throw new IOException(file + " has no certificate");
    }
    return certificates;
  }

  private static List<Object> objects(Path file) throws IOException {
    List<Object> objects = new ArrayList<>();
    try {
      if (Files.size(file) > SIZE_MAX) {
        throw new IOException(file + " is too big for PEM");
      }
      try (Reader reader = Files.newBufferedReader(file);
          PEMParser parser = new PEMParser(reader)) {
        for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
          objects.add(object);
        }
      }
      return objects;
    } catch (NoSuchFileException e) {
      throw new IOException(file + " does not exist", e);
    } catch (IOException e) {
      throw String.valueOf(e.getMessage()).startsWith(file.toString())
          ? e
          : new IOException(file + " cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) { // from deep inside a parser
      throw new IOException(file + " is not PEM", e);
    }
  }

  private static X509Certificate certificate(X509CertificateHolder holder, Path file)
      throws IOException {
    try {
      return new JcaX509CertificateConverter().getCertificate(holder);
    } catch (CertificateException e) {
      throw new IOException(file + " has a certificate that cannot be read", e);
    }
  }

  private static PrivateKey key(Object object, List<X509Certificate> certificates, Path file)
      throws IOException {
    PrivateKeyInfo info =
        switch (object) {
          case PrivateKeyInfo pkcs8 -> pkcs8;
          case PEMKeyPair pair -> pair.getPrivateKeyInfo(); // PKCS#1, SEC 1
          case PEMEncryptedKeyPair e -> throw encrypted(file);
          case PKCS8EncryptedPrivateKeyInfo e -> throw encrypted(file);
          default -> null; // certificates, EC parameters
        };
    if (info == null) {
      return null;
    }
    try {
      return new JcaPEMKeyConverter().getPrivateKey(withCurve(info, certificates));
    } catch (IOException e) {
      throw new IOException(file + " has a private key of an unknown kind", e);
    }
  }

  /// SEC 1 lets a key leave out its curve (RFC 5915 §3); the certificate has it.
  private static PrivateKeyInfo withCurve(PrivateKeyInfo info, List<X509Certificate> certificates)
      throws IOException {
    boolean complete = info.getPrivateKeyAlgorithm().getParameters() != null;
    if (complete || !info.getPrivateKeyAlgorithm().getAlgorithm().equals(EC)) {
      return info;
    }
    for (X509Certificate certificate : certificates) {
      var algorithm =
          SubjectPublicKeyInfo.getInstance(certificate.getPublicKey().getEncoded()).getAlgorithm();
      if (algorithm.getAlgorithm().equals(EC)) {
        return new PrivateKeyInfo(algorithm, info.parsePrivateKey());
      }
    }
    return info;
  }

  private static IOException encrypted(Path file) {
    return new IOException(file + " has a key with a passphrase; store it without one");
  }

  /// The key's certificate, then who signed it, and so on.
  private static List<X509Certificate> chain(
      List<X509Certificate> certificates, PrivateKey key, Path chainFile, Path keyFile)
      throws IOException {
    List<X509Certificate> left = new ArrayList<>(certificates);
    List<X509Certificate> chain = new ArrayList<>();
    for (X509Certificate candidate : certificates) {
      if (Identity.fits(key, candidate)) {
        chain.add(candidate);
        left.remove(candidate);
        break;
      }
    }
    if (chain.isEmpty()) {
      throw new IOException(
          "the key in " + keyFile + " is not for the certificate in " + chainFile);
    }
    for (X509Certificate next = issuer(chain.getLast(), left);
        next != null;
        next = issuer(chain.getLast(), left)) {
      chain.add(next);
      left.remove(next);
    }
    return chain;
  }

  private static X509Certificate issuer(X509Certificate of, List<X509Certificate> among) {
    for (X509Certificate candidate : among) {
      if (candidate.getSubjectX500Principal().equals(of.getIssuerX500Principal())) {
        return candidate;
      }
    }
    return null;
  }
}
