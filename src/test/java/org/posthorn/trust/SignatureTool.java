package org.posthorn.trust;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.posthorn.dns.DnsConfig;
import org.posthorn.dns.DnsResolver;
import org.posthorn.dns.Resolver;
import org.posthorn.trust.arc.ArcResult;
import org.posthorn.trust.arc.ArcSealer;
import org.posthorn.trust.arc.ArcVerifier;
import org.posthorn.trust.dkim.DkimKey;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dkim.DkimSigner;
import org.posthorn.trust.dkim.DkimSigner.SigningKey;
import org.posthorn.trust.dkim.DkimVerifier;
import org.posthorn.trust.dkim.SignedMessage;
import org.posthorn.trust.dkim.SigningAlgorithm;

/// Signs and checks files, for `src/interop/signatures`.
public final class SignatureTool {
  /// A SubjectPublicKeyInfo or PKCS#8 of Ed25519 ends with the key.
  private static final int ED25519_OCTETS = 32;

  private SignatureTool() {}

  public static void main(String[] arguments) throws IOException {
    List<String> rest = List.of(arguments).subList(Math.min(2, arguments.length), arguments.length);
    switch (arguments.length < 2 ? "" : arguments[0]) {
      case "keys" -> keys(Path.of(arguments[1]), rest.getFirst());
      case "sign" -> sign(Path.of(arguments[1]), rest.getFirst(), rest.subList(1, rest.size()));
      case "seal" ->
          seal(Path.of(arguments[1]), rest.getFirst(), rest.get(1), rest.subList(2, rest.size()));
      case "verify" -> verify(resolver(arguments[1]), rest);
      case "speed" -> speed(Integer.parseInt(arguments[1]));
      default -> {
        System.err.println("usage: SignatureTool keys DIRECTORY DOMAIN");
        System.err.println("       SignatureTool sign DIRECTORY DOMAIN FILE...");
        System.err.println("       SignatureTool seal DIRECTORY DOMAIN DNS-PORT FILE...");
        System.err.println("       SignatureTool verify DNS-PORT FILE...");
        System.err.println("       SignatureTool speed SECONDS");
        System.exit(2);
      }
    }
  }

  private static Resolver resolver(String port) {
    var server = new InetSocketAddress("127.0.0.1", Integer.parseInt(port));
    return new DnsResolver(DnsConfig.of(List.of(server)), System::nanoTime);
  }

  /// Leaves keys in the forms of several programs, and lines of a zone.
  private static void keys(Path directory, String domain) throws IOException {
    StringBuilder zone = new StringBuilder();
    for (SigningAlgorithm a : SigningAlgorithm.values()) {
      DkimKey key = DkimKey.generate(a);
      byte[] der = key.encoded();
      Files.write(directory.resolve(a.keyType() + ".der"), der);
      String pem = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
      Files.writeString(
          directory.resolve(a.keyType() + ".pem"),
          "-----BEGIN PRIVATE KEY-----\n" + pem + "\n-----END PRIVATE KEY-----\n");
      byte[] seed = Arrays.copyOfRange(der, der.length - ED25519_OCTETS, der.length);
      Files.writeString(
          directory.resolve(a.keyType() + ".seed"), Base64.getEncoder().encodeToString(seed));
      Files.writeString(directory.resolve(a.keyType() + ".txt"), key.record());
      String strings = key.record().replaceAll("(.{200})", "$1\" \"");
      zone.append(a.keyType() + "._domainkey." + domain + ". TXT \"" + strings + "\"\n");
    }
    Files.writeString(directory.resolve("zone"), zone);
  }

  private static SigningKey key(Path directory, String domain, SigningAlgorithm a)
      throws IOException {
    byte[] der = Files.readAllBytes(directory.resolve(a.keyType() + ".der"));
    return new SigningKey(domain, a.keyType(), DkimKey.decode(der));
  }

  private static void prepend(Path file, byte[] lines) throws IOException {
    byte[] message = Files.readAllBytes(file);
    byte[] all = Arrays.copyOf(lines, lines.length + message.length);
    System.arraycopy(message, 0, all, lines.length, message.length);
    Files.write(file, all);
  }

  private static void sign(Path directory, String domain, List<String> files) throws IOException {
    var signer =
        new DkimSigner(
            List.of(
                key(directory, domain, SigningAlgorithm.ED25519_SHA256),
                key(directory, domain, SigningAlgorithm.RSA_SHA256)));
    for (String f : files) {
      SignedMessage m = SignedMessage.readToSign(() -> Files.newInputStream(Path.of(f)));
      prepend(Path.of(f), signer.sign(m, Instant.now()));
    }
  }

  private static void seal(Path directory, String domain, String port, List<String> files)
      throws IOException {
    var sealer = new ArcSealer(key(directory, domain, SigningAlgorithm.RSA_SHA256));
    for (String f : files) {
      SignedMessage m = SignedMessage.readToSign(() -> Files.newInputStream(Path.of(f)));
      ArcResult found = ArcVerifier.verify(m, resolver(port), Instant.now());
      String results = domain + "; arc=" + found.code().word() + "; spf=pass smtp.mailfrom=a.test";
      prepend(Path.of(f), sealer.seal(m, results, found.code(), Instant.now()));
    }
  }

  private static void verify(Resolver resolver, List<String> files) throws IOException {
    for (String f : files) {
      SignedMessage m = SignedMessage.read(() -> Files.newInputStream(Path.of(f)));
      for (DkimResult r : DkimVerifier.verify(m, resolver, Instant.now())) {
        System.out.printf(
            "%s dkim=%s d=%s s=%s a=%s (%s)%n",
            Path.of(f).getFileName(),
            r.code().word(),
            r.domain(),
            r.selector(),
            r.algorithm(),
            r.reason());
      }
      ArcResult arc = ArcVerifier.verify(m, resolver, Instant.now());
      System.out.printf(
          "%s arc=%s (%s)%n", Path.of(f).getFileName(), arc.code().word(), arc.reason());
    }
  }

  /// How many messages of 4 KiB a thread signs and checks in a second.
  private static void speed(int seconds) {
    byte[] message =
        ("From: ana@example.org\r\nTo: bo@example.net\r\nSubject: Hi\r\nDate: today\r\n"
                + "Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n\r\n"
                + "Forty octets of text are in this line.\r\n".repeat(100))
            .getBytes(UTF_8);
    for (SigningAlgorithm a : SigningAlgorithm.values()) {
      DkimKey key = DkimKey.generate(a);
      var signer = new DkimSigner(List.of(new SigningKey("example.org", "s", key)));
      Resolver zones = new org.posthorn.dns.Zones().txt("s._domainkey.example.org", key.record());
      Instant now = Instant.now();
      byte[] lines = signer.sign(SignedMessage.readToSign(message), now);
      byte[] signed = Arrays.copyOf(lines, lines.length + message.length);
      System.arraycopy(message, 0, signed, lines.length, message.length);
      for (int round = 0; round < 2; round++) { // the first is for the compiler
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        int signatures = 0;
        for (; System.nanoTime() < end; signatures++) {
          signer.sign(SignedMessage.readToSign(message), now);
        }
        end = System.nanoTime() + seconds * 1_000_000_000L;
        int checks = 0;
        for (; System.nanoTime() < end; checks++) {
          DkimVerifier.verify(SignedMessage.read(signed), zones, now);
        }
        System.out.printf(
            "%s: signed %d/s, checked %d/s%n", a.word(), signatures / seconds, checks / seconds);
      }
    }
  }
}
