package org.posthorn.trust.dkim;

import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A TXT record with a key (RFC 6376 §3.6.1). `g=` of old ones is ignored, like all that is
/// unknown.
///
/// @param key the octets of `p=`; none if the key is revoked
/// @param hashes allowed ones; null for all
/// @param testing `t=y`
/// @param strict `t=s`: identities below the domain are not its
record KeyRecord(
    String type,
    byte[] key,
    List<String> hashes,
    List<String> services,
    boolean testing,
    boolean strict) {
  /// Of the whole record; a key of 16384 bits fits.
  private static final int MAX_TEXT = 4096;

  /// Why a key cannot be used.
  record Unusable(String reason, DkimResult.Code code) {}

  /// Null if it is no such record.
  static KeyRecord parse(String text) {
    TagList tags = text.length() > MAX_TEXT ? null : TagList.parse(text);
    if (tags == null || !tags.has("p")) {
      return null;
    }
    if (tags.has("v") && !(tags.first().equals("v") && tags.get("v").equals("DKIM1"))) {
      return null;
    }
    List<String> flags = words(tags, "t", List.of());
    try {
      return new KeyRecord(
          tags.has("k") ? tags.get("k") : "rsa",
          Base64.getDecoder().decode(tags.compact("p")),
          words(tags, "h", null),
          words(tags, "s", List.of("*")),
          flags.contains("y"),
          flags.contains("s"));
    } catch (IllegalArgumentException e) {
      return null; // no base64
    }
  }

  private static List<String> words(TagList tags, String tag, List<String> otherwise) {
    if (!tags.has(tag) || tags.get(tag).isEmpty()) {
      return otherwise;
    }
    List<String> words = tags.words(tag);
    return words == null ? List.of() : words;
  }

  /// Null if it may be used for a signature.
  Unusable trouble(SigningAlgorithm algorithm) {
    if (key.length == 0) {
      return unusable("the key is revoked");
    }
    if (!type.equalsIgnoreCase(algorithm.keyType())) {
      return unusable("the key is for another algorithm");
    }
    if (hashes != null && !hashes.contains("sha256")) {
      return unusable("the key is for other hashes");
    }
    if (!services.contains("*") && !services.contains("email")) {
      return unusable("the key is not for mail");
    }
    return switch (algorithm) {
      case RSA_SHA256 -> rsaTrouble();
      case ED25519_SHA256 -> edwardsTrouble();
    };
  }

  private static Unusable unusable(String reason) {
    return new Unusable(reason, DkimResult.Code.PERMERROR);
  }

  private Unusable rsaTrouble() {
    PublicKey.Rsa rsa = RsaKeyReader.read(key);
    if (rsa == null) {
      return unusable("the key cannot be read");
    }
    int bits = rsa.modulus().bitLength();
    if (bits < PublicKey.MIN_RSA_BITS) {
      return new Unusable("the key is weak: " + bits + " bits", DkimResult.Code.POLICY);
    }
    if (bits > PublicKey.MAX_RSA_BITS) {
      return unusable("the key is too long: " + bits + " bits");
    }
    BigInteger e = rsa.exponent();
    boolean usable =
        rsa.modulus().testBit(0)
            && e.testBit(0)
            && e.bitLength() > 1
            && e.bitLength() <= PublicKey.MAX_EXPONENT_BITS;
    return usable ? null : unusable("the key is none of RSA");
  }

  private Unusable edwardsTrouble() {
    boolean usable =
        key.length == PublicKey.EdwardsCurve.OCTETS && Ed25519.validatePublicKeyPartial(key, 0);
    return usable ? null : unusable("the key is none of Ed25519");
  }

  /// Only if there is no trouble.
  PublicKey publicKey(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case RSA_SHA256 -> RsaKeyReader.read(key);
      case ED25519_SHA256 -> new PublicKey.EdwardsCurve(key);
    };
  }
}
