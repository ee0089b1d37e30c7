package org.posthorn.net;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// Certificates for tests, and their files in every form.
public final class TestCertificates {
  /// A certificate with its key.
  public record Made(X509Certificate certificate, KeyPair pair) {
    PrivateKey key() {
      return pair.getPrivate();
    }
  }

  private TestCertificates() {}

  /// One that may sign others.
  public static Made authority(String name) {
    return make(
        "EC",
        null,
        "CN=" + name,
        Duration.ofHours(1),
        b -> b.addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
  }

  /// One that may sign servers, and no other authority.
  public static Made authority(Made issuer, String name) {
    return make(
        "EC",
        issuer,
        "CN=" + name,
        Duration.ofHours(1),
        b -> b.addExtension(Extension.basicConstraints, true, new BasicConstraints(0)));
  }

  /// A server's; signed by itself without an issuer.
  ///
  /// @param left until it ends; negative if it has
  /// @param names without any, its subject alone says `CN=mx.a.test`
  public static Made server(Made issuer, Duration left, String... names) {
    return make(
        "EC",
        issuer,
        "CN=mx.a.test",
        left,
        b -> {
          if (names.length > 0) {
            GeneralName[] all =
                Arrays.stream(names)
                    .map(n -> new GeneralName(GeneralName.dNSName, n))
                    .toArray(GeneralName[]::new);
            b.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(all));
          }
        });
  }

  /// A client's.
  ///
  /// @param left until it ends; negative if it has
  public static Made client(Made issuer, String subject, Duration left, GeneralName... names) {
    return make(
        "EC",
        issuer,
        subject,
        left,
        b -> {
          if (names.length > 0) {
            b.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
          }
        });
  }

  /// The certificate as a client uses it, and no judgement of the server's.
  public static SSLContext clientContext(Made made, Made... issuers) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      X509Certificate[] chain = new X509Certificate[issuers.length + 1];
      chain[0] = made.certificate();
      for (int i = 0; i < issuers.length; i++) {
        chain[i + 1] = issuers[i].certificate();
      }
      store.setKeyEntry("own", made.key(), new char[0], chain);
      KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), new TrustManager[] {new LineClient.TrustAll()}, null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Writes a certificate without its key.
  public static Path write(Path file, Made made) throws IOException {
    return Files.writeString(file, pem(made.certificate()));
  }

  private interface Extensions {
    void add(JcaX509v3CertificateBuilder builder) throws IOException;
  }

  /// @param algorithm EC (P-256), RSA (2048) or Ed25519
  static Made selfSigned(String algorithm, String... names) {
    return signed(algorithm, null, "CN=" + (names.length == 0 ? "nobody" : names[0]), names);
  }

  static Made signed(String algorithm, Made issuer, String subject, String... names) {
    return make(
        algorithm,
        issuer,
        subject,
        Duration.ofHours(1),
        b -> {
          if (names.length > 0) {
            b.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                    Arrays.stream(names)
                        .map(n -> new GeneralName(GeneralName.dNSName, n))
                        .toArray(GeneralName[]::new)));
          }
        });
  }

  private static Made make(
      String algorithm, Made issuer, String subject, Duration left, Extensions extensions) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      switch (algorithm) {
        case "EC" -> generator.initialize(256);
        case "RSA" -> generator.initialize(2048);
        default -> {}
      }
      KeyPair pair = generator.generateKeyPair();
      X500Name name = new X500Name(subject);
      X500Name by =
          issuer == null
              ? name
              : new X500Name(issuer.certificate().getSubjectX500Principal().getName());
      PrivateKey signer = issuer == null ? pair.getPrivate() : issuer.key();
      Instant now = Instant.now();
      JcaX509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              by,
              BigInteger.valueOf(System.nanoTime()),
              Date.from(now.minusSeconds(7200)),
              Date.from(now.plus(left)),
              name,
              pair.getPublic());
      extensions.add(builder);
      String signature =
          switch (signer.getAlgorithm()) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> "Ed25519";
          };
      return new Made(
          new JcaX509CertificateConverter()
              .getCertificate(builder.build(new JcaContentSignerBuilder(signature).build(signer))),
          pair);
    } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
      throw new AssertionError(e);
    }
  }

  static String pkcs8(PrivateKey key) throws IOException {
    return pem(new JcaPKCS8Generator(key, null));
  }

  /// As PEM, keys in the form of before PKCS#8: PKCS#1 for RSA, SEC 1 for EC.
  static String pem(Object... objects) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        writer.writeObject(object);
      }
    }
    return text.toString();
  }

  /// A P-256 key as openssl writes it, curve and all.
  static String sec1(ECPrivateKey key) throws IOException {
    byte[] der =
        new org.bouncycastle.asn1.sec.ECPrivateKey(256, key.getS(), SECObjectIdentifiers.secp256r1)
            .getEncoded();
    return pem(new PemObject("EC PRIVATE KEY", der));
  }

  /// Writes chain and key into two files of a directory.
  public static TlsContexts.KeyFiles write(Path directory, String name, Made made)
      throws IOException {
    Path chain = directory.resolve(name + ".crt");
    Path key = directory.resolve(name + ".key");
    Files.writeString(chain, pem(made.certificate()));
    Files.writeString(key, pkcs8(made.key()));
    return new TlsContexts.KeyFiles(chain, key);
  }
}
