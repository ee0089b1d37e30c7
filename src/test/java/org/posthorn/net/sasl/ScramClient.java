package org.posthorn.net.sasl;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The client's side of SCRAM, as RFC 5802 §3 has it, for tests.
public final class ScramClient {
  private final String mac;
  private final String digest;
  private final String header;
  private final byte[] binding;
  private final String bare;
  private final String nonce;
  private final String password;
  private byte[] signature;

  /// @param hash `SHA-1` or `SHA-256`
  /// @param header GS2, such as `n,,`
  /// @param binding data of the channel, empty without
  public ScramClient(
      String hash, String header, byte[] binding, String name, String nonce, String password) {
    this.digest = hash;
    this.mac = "Hmac" + hash.replace("-", "");
    this.header = header;
    this.binding = binding;
    this.bare = "n=" + name + ",r=" + nonce;
    this.nonce = nonce;
    this.password = password;
  }

  public String first() {
    return header + bare;
  }

  /// Answers the server's first message.
  public String last(String serverFirst) {
    String[] parts = serverFirst.split(",");
    String whole = parts[0].substring(2);
    if (!whole.startsWith(nonce) || whole.equals(nonce)) {
      throw new AssertionError("nonce " + whole);
    }
    byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
    int iterations = Integer.parseInt(parts[2].substring(2));
    var bound = new ByteArrayOutputStream();
    bound.writeBytes(header.getBytes(UTF_8));
    bound.writeBytes(binding);
    String without = "c=" + base64(bound.toByteArray()) + ",r=" + whole;
    byte[] auth = (bare + "," + serverFirst + "," + without).getBytes(UTF_8);
    try {
      int bits = digest.equals("SHA-1") ? 160 : 256;
      byte[] salted =
          SecretKeyFactory.getInstance("PBKDF2With" + mac)
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, bits))
              .getEncoded();
      byte[] key = hmac(salted, "Client Key".getBytes(UTF_8));
      byte[] stored = MessageDigest.getInstance(digest).digest(key);
      byte[] proof = hmac(stored, auth);
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= key[i];
      }
      signature = hmac(hmac(salted, "Server Key".getBytes(UTF_8)), auth);
      return without + ",p=" + base64(proof);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /// What the server says when all is well.
  public String expectedEnd() {
    return "v=" + base64(signature);
  }

  private byte[] hmac(byte[] key, byte[] text) throws GeneralSecurityException {
    Mac m = Mac.getInstance(mac);
    m.init(new SecretKeySpec(key, mac));
    return m.doFinal(text);
  }

  public static String base64(byte[] octets) {
    return Base64.getEncoder().encodeToString(octets);
  }

  public static String base64(String text) {
    return base64(text.getBytes(UTF_8));
  }

  public static String unbase64(String text) {
    return new String(Base64.getDecoder().decode(text), UTF_8);
  }
}
