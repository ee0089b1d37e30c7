package org.posthorn.directory.token;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// A public key of an issuer (RFC 7517).
///
/// @param id its `kid`, "" if it has none
/// @param algorithm the only one it is for
record Jwk(String id, JwsAlgorithm algorithm, PublicKey key) {
  /// Keys of a set that are read.
  static final int KEYS_MAX = 100;

  private static final int RSA_BITS_MIN = 2048; // RFC 7518 §3.3

  /// Verifying with a longer one costs too much.
  private static final int RSA_BITS_MAX = 8192;

  private static final int EXPONENT_BITS_MAX = 64;
  private static final int OCTETS_MAX = 2 * RSA_BITS_MAX / 8;

  /// The keys of a set that are for signatures of a kind we take; others are passed over (RFC 7517
  /// §5). Null if it is no set of keys.
  static List<Jwk> set(byte[] json) {
    JsonNode root = JsonText.object(json);
    JsonNode keys = root == null ? null : root.get("keys");
    if (keys == null || !keys.isArray()) {
      return null;
    }
    List<Jwk> out = new ArrayList<>();
    for (JsonNode node : keys) {
      Jwk key = node.isObject() ? read(node) : null;
      if (key != null && out.size() < KEYS_MAX) {
        out.add(key);
      }
    }
    return List.copyOf(out);
  }

  private static Jwk read(JsonNode node) {
    String use = text(node, "use");
    if (!use.isEmpty() && !use.equals("sig") || !mayVerify(node.get("key_ops"))) {
      return null;
    }
    JwsAlgorithm algorithm =
        switch (text(node, "kty")) {
          case "RSA" -> JwsAlgorithm.RS256;
          case "EC" -> text(node, "crv").equals("P-256") ? JwsAlgorithm.ES256 : null;
          case "OKP" -> text(node, "crv").equals("Ed25519") ? JwsAlgorithm.EdDSA : null;
          default -> null; // `oct` is a shared secret, and no issuer publishes one
        };
    String only = text(node, "alg");
    if (algorithm == null || !only.isEmpty() && !only.equals(algorithm.name())) {
      return null;
    }
    try {
      return new Jwk(text(node, "kid"), algorithm, key(algorithm, node));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean mayVerify(JsonNode operations) {
    return operations == null
        || operations.isArray()
            && operations
                .valueStream()
                .anyMatch(o -> o.isString() && o.stringValue().equals("verify"));
  }

  private static PublicKey key(JwsAlgorithm algorithm, JsonNode node)
      throws GeneralSecurityException {
    return switch (algorithm) {
      case RS256 -> {
        BigInteger n = number(node, "n");
        BigInteger e = number(node, "e");
        if (n.bitLength() < RSA_BITS_MIN
            || n.bitLength() > RSA_BITS_MAX
            || e.bitLength() > EXPONENT_BITS_MAX) {
          throw new IllegalArgumentException("RSA key of " + n.bitLength() + " bits");
        }
        yield KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(n, e));
      }
      case ES256 -> {
        AlgorithmParameters p256 = AlgorithmParameters.getInstance("EC");
        p256.init(new ECGenParameterSpec("secp256r1"));
        ECPoint point = new ECPoint(number(node, "x"), number(node, "y"));
        yield KeyFactory.getInstance("EC")
            .generatePublic(
                new ECPublicKeySpec(point, p256.getParameterSpec(ECParameterSpec.class)));
      }
      case EdDSA -> {
        byte[] x = octets(node, "x");
        if (x.length != 32) {
          throw new IllegalArgumentException("Ed25519 key of " + x.length);
        }
        // RFC 8032 §5.1.2: little-endian, the highest bit is the sign of x.
        byte[] y = new byte[x.length];
        for (int i = 0; i < x.length; i++) {
          y[i] = x[x.length - 1 - i];
        }
        boolean odd = (y[0] & 0x80) != 0;
        y[0] &= 0x7f;
        yield KeyFactory.getInstance("Ed25519")
            .generatePublic(
                new EdECPublicKeySpec(
                    NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, y))));
      }
    };
  }

  private static BigInteger number(JsonNode node, String name) {
    return new BigInteger(1, octets(node, name));
  }

  private static byte[] octets(JsonNode node, String name) {
    String text = text(node, name);
    if (text.isEmpty() || text.length() > OCTETS_MAX) {
      throw new IllegalArgumentException(name);
    }
    return Base64.getUrlDecoder().decode(text);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value != null && value.isString() ? value.stringValue() : "";
  }
}
