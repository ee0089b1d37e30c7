package org.posthorn.directory;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.posthorn.net.sasl.ScramHash;
import org.posthorn.net.sasl.ScramSecret;

/// What a server keeps of a password to speak SCRAM with it, RFC 5802 §3: enough to check a client
/// and to show itself, not enough to log in elsewhere.
record ScramKeys(
    Mechanism mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {

  /// @see ScramKeys
  enum Mechanism {
    SCRAM_SHA_1(1, ScramHash.SHA_1),
    SCRAM_SHA_256(2, ScramHash.SHA_256);

    /// In the row.
    final int code;

    final ScramHash hash;

    Mechanism(int code, ScramHash hash) {
      this.code = code;
      this.hash = hash;
    }

    static Mechanism of(int code) {
      for (Mechanism m : values()) {
        if (m.code == code) return m;
      }
      throw RowText.Reader.damaged("SCRAM mechanism " + code);
    }
  }

  /// @param password prepared, as UTF-8; not empty
  static ScramKeys make(Mechanism mechanism, byte[] password, byte[] salt, int iterations) {
    try {
      // RFC 5802 §3
      byte[] salted = hi(mechanism, password, salt, iterations);
      byte[] clientKey = hmac(mechanism, salted, "Client Key");
      byte[] storedKey = MessageDigest.getInstance(mechanism.hash.digest).digest(clientKey);
      byte[] serverKey = hmac(mechanism, salted, "Server Key");
      return new ScramKeys(mechanism, salt, iterations, storedKey, serverKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + mechanism.hash.mac, e);
    }
  }

  ScramSecret secret() {
    return new ScramSecret(salt, iterations, storedKey, serverKey);
  }

  private static byte[] hmac(Mechanism mechanism, byte[] key, String text)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(mechanism.hash.mac);
    mac.init(new SecretKeySpec(key, mechanism.hash.mac));
    return mac.doFinal(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  /// Hi() of RFC 5802 §2.2: PBKDF2 with one block of output.
  private static byte[] hi(Mechanism mechanism, byte[] password, byte[] salt, int iterations)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(mechanism.hash.mac);
    mac.init(new SecretKeySpec(password, mechanism.hash.mac));
    mac.update(salt);
    byte[] u = mac.doFinal(new byte[] {0, 0, 0, 1});
    byte[] out = u.clone();
    for (int i = 1; i < iterations; i++) {
      u = mac.doFinal(u);
      for (int k = 0; k < out.length; k++) out[k] ^= u[k];
    }
    return out;
  }
}
