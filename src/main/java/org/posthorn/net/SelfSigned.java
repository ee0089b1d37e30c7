package org.posthorn.net;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The certificate that a server makes for itself until it has a better one: ECDSA P-256, chain and
/// key in one file that only the owner can read.
final class SelfSigned {
  /// Apple's programs take no certificate for longer, not even one their user trusts.
  static final Duration VALID = Duration.ofDays(820);

  static final Duration RENEW_BEFORE_END = Duration.ofDays(30);
  private static final Duration CLOCK_SKEW = Duration.ofDays(1);
  private static final int SERIAL_BITS = 127;

  private SelfSigned() {}

  /// Whether the certificate is to be made anew.
  static boolean outdated(Identity identity, List<String> names, Instant now) {
    Instant end = identity.leaf().getNotAfter().toInstant();
    return now.isAfter(end.minus(RENEW_BEFORE_END)) || !identity.names().containsAll(dns(names));
  }

  /// Makes key and certificate and puts them into `file` at once.
  static void make(Path file, List<String> names, Instant now) throws IOException {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      make(file, generator.generateKeyPair(), names, now);
    } catch (GeneralSecurityException e) {
      throw new IOException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  /// Makes a new certificate of the same key: published TLSA records name the key (RFC 7671 §8.1),
  /// and who obeys them would send nothing any more to another one.
  static void renew(Path file, Identity before, List<String> names, Instant now)
      throws IOException {
    make(file, new KeyPair(before.leaf().getPublicKey(), before.key()), names, now);
  }

  private static void make(Path file, KeyPair pair, List<String> names, Instant now)
      throws IOException {
    try {
      StringWriter text = new StringWriter();
      try (JcaPEMWriter pem = new JcaPEMWriter(text)) {
        pem.writeObject(certificate(pair, names, now));
        pem.writeObject(new JcaPKCS8Generator(pair.getPrivate(), null));
      }
      write(file, text.toString());
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IOException("cannot make a certificate: " + e.getMessage(), e);
    }
  }

  private static X509Certificate certificate(KeyPair pair, List<String> names, Instant now)
      throws GeneralSecurityException, OperatorCreationException, IOException {
    List<String> dns = List.copyOf(dns(names));
    var subject = new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, common(dns)).build();
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            subject,
            new BigInteger(SERIAL_BITS, new SecureRandom()).setBit(0),
            Date.from(now.minus(CLOCK_SKEW)),
            Date.from(now.plus(VALID).minus(CLOCK_SKEW)),
            subject,
            pair.getPublic());
    builder.addExtension(Extension.subjectAlternativeName, false, alternatives(names));
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
    builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
    builder.addExtension(
        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate())));
  }

  private static String common(List<String> dns) {
    return dns.stream().filter(name -> name.length() <= 64).findFirst().orElse("localhost");
  }

  /// The DNS names, without addresses, and localhost.
  private static Set<String> dns(List<String> names) {
    Set<String> dns = new LinkedHashSet<>();
    for (String name : names) {
      if (Addresses.parse(name) == null) {
        dns.add(name.toLowerCase(Locale.ROOT));
      }
    }
    dns.add("localhost");
    return dns;
  }

  private static GeneralNames alternatives(List<String> names) {
    List<GeneralName> alternatives = new ArrayList<>();
    dns(names).forEach(name -> alternatives.add(new GeneralName(GeneralName.dNSName, name)));
    Set<InetAddress> addresses = new LinkedHashSet<>();
    for (String name : names) {
      InetAddress address = Addresses.parse(name);
      if (address != null) {
        addresses.add(address);
      }
    }
    addresses.add(Addresses.parse("127.0.0.1"));
    addresses.add(Addresses.parse("::1"));
    for (InetAddress address : addresses) {
      alternatives.add(new GeneralName(GeneralName.iPAddress, address.getHostAddress()));
    }
    return new GeneralNames(alternatives.toArray(GeneralName[]::new));
  }

  private static void write(Path file, String text) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Files.createDirectories(directory);
    Path fresh = directory.resolve(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    Files.createFile(
        fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
