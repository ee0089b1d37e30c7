package org.posthorn.directory.token;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;

/// The signatures a token may have, each with keys of its own kind. What is not here is refused,
/// `none` and everything with a shared secret first (RFC 8725 §3.1, §3.2): a public key is never
/// taken for one.
enum JwsAlgorithm {
  /// RFC 7518 §3.3
  RS256("SHA256withRSA"),
  /// RFC 7518 §3.4
  ES256("SHA256withECDSAinP1363Format"),
  /// RFC 8037 §3.1, with Ed25519 alone
  EdDSA("Ed25519"); // the name in the header, letter by letter

  private static final int ES256_OCTETS = 64;

  private final String name;

  JwsAlgorithm(String name) {
    this.name = name;
  }

  /// Null if there is no such algorithm, or none that we take.
  static JwsAlgorithm of(String header) {
    for (JwsAlgorithm a : values()) {
      if (a.name().equals(header)) {
        return a;
      }
    }
    return null;
  }

  boolean takes(PublicKey key) {
    return switch (this) {
      case RS256 -> key instanceof RSAPublicKey;
      case ES256 -> key instanceof ECPublicKey;
      case EdDSA -> key instanceof EdECPublicKey;
    };
  }

  boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
    if (this == ES256 && signature.length != ES256_OCTETS) {
      return false;
    }
    try {
      Signature s = Signature.getInstance(name);
      s.initVerify(key);
      s.update(signed);
      return s.verify(signature);
    } catch (GeneralSecurityException e) {
      return false; // the signature has not even the form of one
    }
  }
}
