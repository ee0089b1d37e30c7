package org.posthorn.trust.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/// A key out of the DNS.
sealed interface PublicKey {
  /// RFC 8301 §3.2: shorter keys prove nothing.
  int MIN_RSA_BITS = 1024;

  /// Longer ones cost too much to be a stranger's choice.
  int MAX_RSA_BITS = 8192;

  /// Of the public exponent: 65537 has 17.
  int MAX_EXPONENT_BITS = 33;

  /// Never throws for what the sender chose.
  boolean verifies(byte[] signed, byte[] signature);

  /// RFC 8017 §8.2, by the JDK.
  record Rsa(BigInteger modulus, BigInteger exponent) implements PublicKey {
    @Override
    public boolean verifies(byte[] signed, byte[] signature) {
      try {
        Signature s = Signature.getInstance("SHA256withRSA");
        s.initVerify(
            KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent)));
        s.update(signed);
        return s.verify(signature);
      } catch (GeneralSecurityException e) {
        return false; // of another length, or the key is none
      }
    }
  }

  /// RFC 8463 §3: PureEdDSA of the hash.
  record EdwardsCurve(byte[] point) implements PublicKey {
    static final int OCTETS = Ed25519.PUBLIC_KEY_SIZE;

    @Override
    public boolean verifies(byte[] signed, byte[] signature) {
      byte[] hash = BodyHasher.sha256().digest(signed);
      return signature.length == Ed25519.SIGNATURE_SIZE
          && Ed25519.verify(signature, 0, point, 0, hash, 0, hash.length);
    }
  }
}
