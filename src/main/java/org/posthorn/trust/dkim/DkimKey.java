package org.posthorn.trust.dkim;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A private key to sign mail with. Any thread.
public final class DkimKey {
  /// RFC 8301 §3.2; longer keys do not fit into every resolver's answers.
  private static final int RSA_BITS = 2048;

  /// What stands before the seed in PKCS#8 (RFC 8410 §7).
  private static final byte[] ED25519_PREFIX = {
    0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20
  };

  private final SigningAlgorithm algorithm;
  private final byte[] encoded;
  private final byte[] publicOctets;
  private final PrivateKey rsa; // or
  private final byte[] seed;

  private DkimKey(
      SigningAlgorithm algorithm,
      byte[] encoded,
      byte[] publicOctets,
      PrivateKey rsa,
      byte[] seed) {
    this.algorithm = algorithm;
    this.encoded = encoded;
    this.publicOctets = publicOctets;
    this.rsa = rsa;
    this.seed = seed;
  }

  /// A new one: Ed25519, or RSA of 2048 bits, which takes a second at worst.
  public static DkimKey generate(SigningAlgorithm algorithm) {
    return switch (algorithm) {
      case ED25519_SHA256 -> {
        byte[] seed = new byte[Ed25519.SECRET_KEY_SIZE];
        new SecureRandom().nextBytes(seed);
        yield ed25519(seed);
      }
      case RSA_SHA256 -> {
        try {
          KeyPairGenerator g = KeyPairGenerator.getInstance("RSA");
          g.initialize(RSA_BITS);
          yield rsa((RSAPrivateCrtKey) g.generateKeyPair().getPrivate());
        } catch (GeneralSecurityException e) {
          throw new IllegalStateException(e); // every JDK has RSA
        }
      }
    };
  }

  /// Throws IllegalArgumentException, without any of the key in its text, if it is no private key
  /// of RSA from 1024 bits on or of Ed25519 in PKCS#8.
  public static DkimKey decode(byte[] pkcs8) {
    int head = ED25519_PREFIX.length;
    if (pkcs8.length == head + Ed25519.SECRET_KEY_SIZE
        && Arrays.equals(pkcs8, 0, head, ED25519_PREFIX, 0, head)) {
      return ed25519(Arrays.copyOfRange(pkcs8, head, pkcs8.length));
    }
    try {
      PrivateKey key =
          KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      if (key instanceof RSAPrivateCrtKey rsa
          && rsa.getModulus().bitLength() >= PublicKey.MIN_RSA_BITS) {
        return rsa(rsa);
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("no private key of RSA or Ed25519");
    }
    throw new IllegalArgumentException("no private key of RSA from 1024 bits on");
  }

  private static DkimKey ed25519(byte[] seed) {
    byte[] point = new byte[Ed25519.PUBLIC_KEY_SIZE];
    Ed25519.generatePublicKey(seed, 0, point, 0);
    byte[] encoded = Arrays.copyOf(ED25519_PREFIX, ED25519_PREFIX.length + seed.length);
    System.arraycopy(seed, 0, encoded, ED25519_PREFIX.length, seed.length);
    return new DkimKey(SigningAlgorithm.ED25519_SHA256, encoded, point, null, seed);
  }

  private static DkimKey rsa(RSAPrivateCrtKey key) throws GeneralSecurityException {
    var spec = new RSAPublicKeySpec(key.getModulus(), key.getPublicExponent());
    byte[] info = KeyFactory.getInstance("RSA").generatePublic(spec).getEncoded();
    return new DkimKey(SigningAlgorithm.RSA_SHA256, key.getEncoded(), info, key, null);
  }

  public SigningAlgorithm algorithm() {
    return algorithm;
  }

  /// The private key in PKCS#8 (RFC 5208, RFC 8410): a secret.
  public byte[] encoded() {
    return encoded.clone();
  }

  /// What to publish at `selector._domainkey.domain`: the value of the TXT record, in pieces of at
  /// most 255 octets where it is written (RFC 6376 §3.6.1, RFC 8463 §4.2).
  public String record() {
    String p = Base64.getEncoder().encodeToString(publicOctets);
    return "v=DKIM1; k=" + algorithm.keyType() + "; p=" + p;
  }

  byte[] sign(byte[] octets) {
    if (seed != null) {
      byte[] hash = BodyHasher.sha256().digest(octets);
      byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
      Ed25519.sign(seed, 0, publicOctets, 0, hash, 0, hash.length, signature, 0);
      return signature;
    }
    try {
      Signature s = Signature.getInstance("SHA256withRSA");
      s.initSign(rsa);
      s.update(octets);
      return s.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the key cannot sign", e);
    }
  }

  /// Says nothing of the key itself.
  @Override
  public String toString() {
    return "DkimKey[" + algorithm.word() + "]";
  }
}
