package org.posthorn.directory.token;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/// An issuer of tokens with a key of each kind, for tests.
public final class TestIssuer {
  public static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  public static final String NAME = "https://id.example.test";
  public static final TokenRules RULES =
      new TokenRules(
          NAME, Set.of("mail.example.test", "imap"), "email", "", "", Duration.ofMinutes(1));

  final KeyPair rsa;
  final KeyPair ec;
  final KeyPair ed;

  public TestIssuer() {
    try {
      KeyPairGenerator rsas = KeyPairGenerator.getInstance("RSA");
      rsas.initialize(2048);
      rsa = rsas.generateKeyPair();
      KeyPairGenerator ecs = KeyPairGenerator.getInstance("EC");
      ecs.initialize(new ECGenParameterSpec("secp256r1"));
      ec = ecs.generateKeyPair();
      ed = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// The public keys, with ids `rsa`, `ec` and `ed`.
  public String jwks() {
    return "{\"keys\":["
        + rsaJwk((RSAPublicKey) rsa.getPublic(), "rsa")
        + ","
        + ecJwk("ec")
        + ","
        + edJwk("ed")
        + "]}";
  }

  static String rsaJwk(RSAPublicKey key, String id) {
    return "{\"kty\":\"RSA\",\"use\":\"sig\",\"kid\":\"%s\",\"n\":\"%s\",\"e\":\"%s\"}"
        .formatted(id, number(key.getModulus(), 0), number(key.getPublicExponent(), 0));
  }

  String ecJwk(String id) {
    var point = ((ECPublicKey) ec.getPublic()).getW();
    return "{\"kty\":\"EC\",\"crv\":\"P-256\",\"alg\":\"ES256\",\"kid\":\"%s\",\"x\":\"%s\",\"y\":\"%s\"}"
        .formatted(id, number(point.getAffineX(), 32), number(point.getAffineY(), 32));
  }

  String edJwk(String id) {
    byte[] spki = ((EdECPublicKey) ed.getPublic()).getEncoded();
    byte[] x = java.util.Arrays.copyOfRange(spki, spki.length - 32, spki.length);
    return "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"key_ops\":[\"verify\"],\"kid\":\"%s\",\"x\":\"%s\"}"
        .formatted(id, base64(x));
  }

  private static String number(BigInteger n, int octets) {
    byte[] b = n.toByteArray();
    int from = b[0] == 0 && b.length > 1 ? 1 : 0;
    byte[] out = new byte[Math.max(octets, b.length - from)];
    System.arraycopy(b, from, out, out.length - (b.length - from), b.length - from);
    return base64(out);
  }

  /// Claims of a good token, for an address.
  public static String claims(String address) {
    return """
    {"iss":"%s","aud":["x","imap"],"exp":%d,"nbf":%d,"iat":%d,"email":"%s",\
    "email_verified":true,"scope":"openid mail"}\
    """
        .formatted(
            NAME,
            NOW.plusSeconds(300).getEpochSecond(),
            NOW.minusSeconds(10).getEpochSecond(),
            NOW.minusSeconds(10).getEpochSecond(),
            address);
  }

  /// A token of its own.
  public String token(String claims) {
    return sign("{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"ec\"}", claims, "ES256");
  }

  /// Signs as `how` says, whatever the header does.
  String sign(String header, String claims, String how) {
    return switch (how) {
      case "RS256" -> sign(header, claims, "SHA256withRSA", rsa.getPrivate());
      case "ES256" -> sign(header, claims, "SHA256withECDSAinP1363Format", ec.getPrivate());
      case "EdDSA" -> sign(header, claims, "Ed25519", ed.getPrivate());
      default -> throw new AssertionError(how);
    };
  }

  static String sign(String header, String claims, String algorithm, PrivateKey key) {
    String signed = base64(header.getBytes(UTF_8)) + "." + base64(claims.getBytes(UTF_8));
    try {
      Signature s = Signature.getInstance(algorithm);
      s.initSign(key);
      s.update(signed.getBytes(UTF_8));
      return signed + "." + base64(s.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// Judges its tokens, at [#NOW].
  public Tokens tokens(TokenRules rules) {
    byte[] jwks = jwks().getBytes(UTF_8);
    IssuerKeys keys =
        IssuerKeys.ofUri(java.net.URI.create("https://id.example.test/jwks"), r -> jwks, () -> 0);
    return new JwtTokens(rules, keys, () -> NOW);
  }

  static String base64(byte[] octets) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }
}
