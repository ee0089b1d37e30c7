package org.posthorn.directory;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// What a server keeps of a password to speak SCRAM with it, RFC 5802 §3: enough to check a client
/// and to show itself, not enough to log in elsewhere.
record ScramKeys(
    Mechanism mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey) {

  /// @see ScramKeys
  enum Mechanism {
    /// RFC 5802
    SCRAM_SHA_1(1, "HmacSHA1", "SHA-1"),
    /// RFC 7677
    SCRAM_SHA_256(2, "HmacSHA256", "SHA-256");

    /// In the row.
    final int code;

    final String mac;
    final String digest;

    Mechanism(int code, String mac, String digest) {
      this.code = code;
      this.mac = mac;
      this.digest = digest;
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
      byte[] storedKey = MessageDigest.getInstance(mechanism.digest).digest(clientKey);
      byte[] serverKey = hmac(mechanism, salted, "Server Key");
      return new ScramKeys(mechanism, salt, iterations, storedKey, serverKey);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + mechanism.mac, e);
    }
  }

  private static byte[] hmac(Mechanism mechanism, byte[] key, String text)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(mechanism.mac);
    mac.init(new SecretKeySpec(key, mechanism.mac));
    return mac.doFinal(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  /// Hi() of RFC 5802 §2.2: PBKDF2 with one block of output.
  private static byte[] hi(Mechanism mechanism, byte[] password, byte[] salt, int iterations)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance(mechanism.mac);
    mac.init(new SecretKeySpec(password, mechanism.mac));
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
