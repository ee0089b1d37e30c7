package org.posthorn.smtp.client;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// SCRAM-SHA-256 (RFC 5802, RFC 7677) as the client, without channel binding.
final class ScramClient {
  /// More is a server that wants us to work. RFC 7677 §4 asks for 4096 at least, and fewer would
  /// give a false server something that is easy to guess from.
  static final int ITERATIONS_MAX = 1_000_000;

  static final int ITERATIONS_MIN = 4096;
  private static final int NONCE_OCTETS = 18;
  private static final int KEY_BITS = 256;
  private static final String GS2 = "n,,"; // no channel binding, no other identity

  private final String password;
  private final String nonce;
  private final String bare;
  private String authMessage;
  private byte[] salted;

  ScramClient(String user, String password) {
    this(user, password, newNonce());
  }

  ScramClient(String user, String password, String nonce) {
    this.password = password;
    this.nonce = nonce;
    this.bare = "n=" + user.replace("=", "=3D").replace(",", "=2C") + ",r=" + nonce;
  }

  private static String newNonce() {
    byte[] octets = new byte[NONCE_OCTETS];
    new SecureRandom().nextBytes(octets);
    return Base64.getEncoder().withoutPadding().encodeToString(octets);
  }

  /// The client-first-message.
  String first() {
    return GS2 + bare;
  }

  /// The client-final-message; null if the server-first-message is none that we accept.
  String proof(String serverFirst) {
    Map<Character, String> fields = fields(serverFirst);
    String all = fields.getOrDefault('r', "");
    int iterations = number(fields.getOrDefault('i', ""));
    byte[] salt = octets(fields.getOrDefault('s', ""));
    if (!all.startsWith(nonce)
        || all.length() == nonce.length()
        || salt == null
        || salt.length == 0
        || fields.containsKey('m') // RFC 5802 §5.1: an extension that we would have to know
        || iterations < ITERATIONS_MIN
        || iterations > ITERATIONS_MAX) {
      return null;
    }
    try {
      SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
      salted =
          factory
              .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, KEY_BITS))
              .getEncoded();
      String withoutProof =
          "c="
              + Base64.getEncoder().encodeToString(GS2.getBytes(StandardCharsets.UTF_8))
              + ",r="
              + all;
      authMessage = bare + "," + serverFirst + "," + withoutProof;
      byte[] key = hmac(salted, "Client Key");
      byte[] stored = MessageDigest.getInstance("SHA-256").digest(key);
      byte[] signature = hmac(stored, authMessage);
      for (int i = 0; i < key.length; i++) {
        key[i] ^= signature[i];
      }
      return withoutProof + ",p=" + Base64.getEncoder().encodeToString(key);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  /// Whether the server-final-message proves that the server knows the password.
  boolean confirms(String serverFinal) {
    byte[] said = octets(fields(serverFinal).getOrDefault('v', ""));
    try {
      byte[] expected = hmac(hmac(salted, "Server Key"), authMessage);
      return said != null && MessageDigest.isEqual(said, expected);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Map<Character, String> fields(String message) {
    Map<Character, String> fields = new HashMap<>();
    for (String field : message.split(",")) {
      if (field.length() > 1 && field.charAt(1) == '=') {
        fields.putIfAbsent(field.charAt(0), field.substring(2));
      }
    }
    return fields;
  }

  private static byte[] octets(String base64) {
    try {
      return Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
