package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.net.TestCertificates.Made;
import org.posthorn.net.TlsContexts.KeyFiles;

class TlsContextsTest {
  private static final String RSA_ONLY = "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256";
  private static final String EC_ONLY = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";

  @TempDir Path directory;

  /// The certificate that a client gets.
  private static X509Certificate ask(Listener listener, String name, SSLParameters parameters)
      throws IOException {
    if (name != null) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
    try (LineClient client = LineClient.connect(listener.address())) {
      client.startTls(LineClient.trustAll(), parameters).expect("hello");
      return (X509Certificate) client.tls().getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      throw new AssertionError(e);
    }
  }

  private static X509Certificate ask(Listener listener, String name) throws IOException {
    return ask(listener, name, new SSLParameters());
  }

  private static SSLParameters tls12(String suite) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.2"});
    parameters.setCipherSuites(new String[] {suite});
    return parameters;
  }

  private static SSLParameters tls13(String... schemes) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3"});
    parameters.setSignatureSchemes(schemes);
    return parameters;
  }

  private KeyFiles write(String name, Made made) throws IOException {
    return TestCertificates.write(directory, name, made);
  }

  private static Listener serve(TlsContexts tls) throws IOException {
    return Servers.tls(TlsMode.IMPLICIT, tls, Servers::echo);
  }

  @Test
  void theNameChoosesTheCertificate() throws IOException {
    Made first = TestCertificates.selfSigned("EC", "mx.one.test", "one.test");
    Made second = TestCertificates.selfSigned("EC", "mx.two.test");
    Made wild = TestCertificates.selfSigned("EC", "*.two.test");
    TlsContexts tls =
        TlsContexts.open(
            List.of(write("first", first), write("second", second), write("wild", wild)));
    try (Listener listener = serve(tls)) {
      assertThat(ask(listener, "mx.one.test")).isEqualTo(first.certificate());
      assertThat(ask(listener, "one.test")).isEqualTo(first.certificate());
      assertThat(ask(listener, "MX.TWO.test")).isEqualTo(second.certificate());
      assertThat(ask(listener, "imap.two.test")).isEqualTo(wild.certificate());
      assertThat(ask(listener, "a.b.two.test")).isEqualTo(first.certificate());
      assertThat(ask(listener, "two.test")).isEqualTo(first.certificate());
      assertThat(ask(listener, "elsewhere.test")).isEqualTo(first.certificate());
      assertThat(ask(listener, null)).isEqualTo(first.certificate());
    }
    assertThat(tls.certificates())
        .extracting(TlsContexts.Certificate::keyType)
        .containsExactly("EC", "EC", "EC");
  }

  @Test
  void ecAndRsaSideBySide() throws IOException {
    Made ec = TestCertificates.selfSigned("EC", "mx.one.test");
    Made rsa = TestCertificates.selfSigned("RSA", "mx.one.test");
    for (boolean ecFirst : new boolean[] {true, false}) {
      KeyFiles a = write("ec", ec);
      KeyFiles b = write("rsa", rsa);
      TlsContexts tls = TlsContexts.open(ecFirst ? List.of(a, b) : List.of(b, a));
      try (Listener listener = serve(tls)) {
        for (String name : new String[] {"mx.one.test", "elsewhere.test", null}) {
          assertThat(ask(listener, name)).isEqualTo(ec.certificate());
          assertThat(ask(listener, name, tls12(EC_ONLY))).isEqualTo(ec.certificate());
          assertThat(ask(listener, name, tls12(RSA_ONLY))).isEqualTo(rsa.certificate());
          assertThat(ask(listener, name, tls13("rsa_pss_rsae_sha256")))
              .isEqualTo(rsa.certificate());
          assertThat(ask(listener, name, tls13("ecdsa_secp256r1_sha256")))
              .isEqualTo(ec.certificate());
          // RSA first in the client's list.
          assertThat(
                  ask(listener, name, tls13("rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256"))
                      .getPublicKey()
                      .getAlgorithm())
              .isIn("EC", "RSA");
        }
      }
    }
  }

  @Test
  void theNameWinsOverTheKindOfKey() throws IOException {
    Made rsa = TestCertificates.selfSigned("RSA", "mx.one.test");
    Made ec = TestCertificates.selfSigned("EC", "mx.two.test");
    TlsContexts tls = TlsContexts.open(List.of(write("rsa", rsa), write("ec", ec)));
    try (Listener listener = serve(tls)) {
      for (String[] schemes :
          new String[][] {
            {"rsa_pss_rsae_sha256", "ecdsa_secp256r1_sha256"},
            {"ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"}
          }) {
        assertThat(ask(listener, "mx.one.test", tls13(schemes))).isEqualTo(rsa.certificate());
        assertThat(ask(listener, "mx.two.test", tls13(schemes))).isEqualTo(ec.certificate());
      }
      SSLParameters both = new SSLParameters();
      both.setProtocols(new String[] {"TLSv1.2"});
      both.setCipherSuites(new String[] {RSA_ONLY, EC_ONLY});
      assertThat(ask(listener, "mx.one.test", both)).isEqualTo(rsa.certificate());
      assertThat(ask(listener, "mx.two.test", both)).isEqualTo(ec.certificate());
      // A client that cannot take the right one gets one that it can.
      assertThat(ask(listener, "mx.two.test", tls12(RSA_ONLY))).isEqualTo(rsa.certificate());
      assertThat(ask(listener, "mx.two.test", tls13("rsa_pss_rsae_sha256")))
          .isEqualTo(rsa.certificate());
      assertThat(ask(listener, "mx.one.test", tls13("ecdsa_secp256r1_sha256")))
          .isEqualTo(ec.certificate());
    }
  }

  @Test
  void keysComeInManyForms() throws IOException {
    Path chain = directory.resolve("chain.pem");
    Path key = directory.resolve("key.pem");
    for (String algorithm : new String[] {"EC", "RSA", "Ed25519"}) {
      Made made = TestCertificates.selfSigned(algorithm, "mx.one.test");
      Files.writeString(chain, TestCertificates.pem(made.certificate()));
      Files.writeString(key, TestCertificates.pkcs8(made.key()));
      assertServes(made, new KeyFiles(chain, key));
      if (!algorithm.equals("Ed25519")) {
        String traditional = TestCertificates.pem(made.key());
        assertThat(traditional).contains("BEGIN " + algorithm + " PRIVATE KEY");
        // As openssl ecparam writes it: P-256 by its OID.
        String parameters =
            "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        Files.writeString(key, algorithm.equals("EC") ? parameters + traditional : traditional);
        assertServes(made, new KeyFiles(chain, key));
      }
      if (made.key() instanceof ECPrivateKey ec) {
        Files.writeString(key, TestCertificates.sec1(ec));
        assertServes(made, new KeyFiles(chain, key));
      }
      // All in one file, the key first, with text between.
      Files.writeString(
          chain,
          "Bag Attributes\n"
              + TestCertificates.pkcs8(made.key())
              + "subject=CN = x\n"
              + TestCertificates.pem(made.certificate()));
      assertServes(made, new KeyFiles(chain, chain));
    }
  }

  private static void assertServes(Made made, KeyFiles files) throws IOException {
    try (Listener listener = serve(TlsContexts.open(List.of(files)))) {
      assertThat(ask(listener, null)).isEqualTo(made.certificate());
    }
  }

  @Test
  void theChainMayBeInAnyOrder() throws IOException {
    Made root = TestCertificates.selfSigned("EC");
    Made middle = TestCertificates.signed("EC", root, "CN=middle");
    Made leaf = TestCertificates.signed("EC", middle, "CN=leaf", "mx.one.test");
    Path file = directory.resolve("all.pem");
    Files.writeString(
        file,
        TestCertificates.pem(root.certificate(), leaf.certificate(), middle.certificate())
            + TestCertificates.pkcs8(leaf.key()));
    try (Listener listener = serve(TlsContexts.open(List.of(new KeyFiles(file, file))));
        LineClient client = LineClient.connectTls(listener.address())) {
      assertThat(client.tls().getSession().getPeerCertificates())
          .containsExactly(leaf.certificate(), middle.certificate(), root.certificate());
    }
  }

  @Test
  void badFilesAreNamed() throws Exception {
    Made ec = TestCertificates.selfSigned("EC", "mx.one.test");
    Made other = TestCertificates.selfSigned("EC", "mx.two.test");
    KeyFiles good = write("good", ec);
    KeyFiles goodOther = write("other", other);
    Path text = Files.writeString(directory.resolve("text"), "not PEM at all\n");
    Path cut =
        Files.writeString(
            directory.resolve("cut"), Files.readString(good.chain()).substring(0, 200));
    Path junk =
        Files.writeString(
            directory.resolve("junk"),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    Path locked = directory.resolve("locked");
    Files.writeString(
        locked,
        TestCertificates.pem(
            new JcaPKCS8Generator(
                ec.key(),
                new JceOpenSSLPKCS8EncryptorBuilder(JcaPKCS8Generator.AES_256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setPassword("x".toCharArray())
                    .build())));
    assertBad(new KeyFiles(directory.resolve("none"), good.key()), "none does not exist");
    assertBad(new KeyFiles(good.chain(), directory.resolve("none")), "none does not exist");
    assertBad(new KeyFiles(text, good.key()), "text has no certificate");
    assertBad(new KeyFiles(good.chain(), text), "text has no private key");
    assertBad(new KeyFiles(good.chain(), good.chain()), "good.crt has no private key");
    assertBad(new KeyFiles(cut, good.key()), "cut");
    assertBad(new KeyFiles(junk, good.key()), "junk");
    assertBad(new KeyFiles(good.chain(), locked), "locked has a key with a passphrase");
    assertBad(
        new KeyFiles(good.chain(), goodOther.key()), "other.key is not for the certificate in");
    assertBad(new KeyFiles(directory, directory), directory.toString());
  }

  private static void assertBad(KeyFiles files, String message) {
    assertThatThrownBy(() -> TlsContexts.open(List.of(files)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(message);
  }

  @Test
  void reloads() throws IOException {
    Made before = TestCertificates.selfSigned("EC", "mx.one.test");
    Made after = TestCertificates.selfSigned("EC", "mx.one.test");
    KeyFiles files = write("one", before);
    TlsContexts tls = TlsContexts.open(List.of(files));
    assertThat(tls.changed()).isFalse();
    try (Listener listener = serve(tls);
        LineClient old = LineClient.connectTls(listener.address())) {
      old.expect("hello");
      write("one", after);
      Files.setLastModifiedTime(files.chain(), FileTime.from(Instant.now().plusSeconds(5)));
      assertThat(tls.changed()).isTrue();
      assertThat(ask(listener, null)).isEqualTo(before.certificate());
      tls.reload();
      assertThat(tls.changed()).isFalse();
      assertThat(ask(listener, null)).isEqualTo(after.certificate());
      old.send("one").expect("<one>");

      Files.writeString(files.chain(), "half written");
      assertThat(tls.changed()).isTrue();
      assertThatThrownBy(tls::reload).isInstanceOf(IOException.class);
      assertThat(tls.changed()).isFalse(); // told once
      assertThat(ask(listener, null)).isEqualTo(after.certificate());
      Files.delete(files.key());
      assertThat(tls.changed()).isTrue();
    }
  }

  @Test
  void makesItsOwnOnTheFirstStart() throws Exception {
    Path file = directory.resolve("tls/own.pem");
    List<String> names = List.of("MX.example.test", "192.0.2.1");
    TlsContexts tls = TlsContexts.selfSigned(file, names, InstantSource.system());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String made = Files.readString(file);
    try (Listener listener = serve(tls)) {
      X509Certificate certificate = ask(listener, null);
      assertThat(certificate.getPublicKey().getAlgorithm()).isEqualTo("EC");
      assertThat(certificate.getSigAlgName()).isEqualTo("SHA256withECDSA");
      assertThat(certificate.getSubjectAlternativeNames().stream().map(n -> n.get(1)))
          .asString()
          .isEqualTo("[mx.example.test, localhost, 192.0.2.1, 127.0.0.1, 0:0:0:0:0:0:0:1]");
      certificate.verify(certificate.getPublicKey());
      assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
    }
    TlsContexts.selfSigned(file, names, InstantSource.system());
    assertThat(Files.readString(file)).isEqualTo(made);
    TlsContexts.selfSigned(file, List.of("mx.example.test", "new.test"), InstantSource.system());
    assertThat(Files.readString(file)).isNotEqualTo(made);
  }

  @Test
  void renewsItsOwnBeforeTheEnd() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    Path file = directory.resolve("own.pem");
    TlsContexts tls = TlsContexts.selfSigned(file, List.of("mx.example.test"), now::get);
    Instant end = tls.certificates().getFirst().notAfter();
    now.set(end.minus(SelfSigned.RENEW_BEFORE_END).minusSeconds(1));
    assertThat(tls.changed()).isFalse();
    now.set(now.get().plus(Duration.ofSeconds(2)));
    assertThat(tls.changed()).isTrue();
    PublicKey key = PemFiles.read(file, file).leaf().getPublicKey();
    tls.reload();
    assertThat(tls.changed()).isFalse();
    assertThat(tls.certificates().getFirst().notAfter()).isAfter(end);
    assertThat(PemFiles.read(file, file).leaf().getPublicKey())
        .as("which a TLSA record may name")
        .isEqualTo(key);
  }
}
