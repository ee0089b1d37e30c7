package org.posthorn.trust.dkim;

/// RFC 6376 §3.3, RFC 8301, RFC 8463.
public enum SigningAlgorithm {
  RSA_SHA256("rsa-sha256", "rsa"),
  ED25519_SHA256("ed25519-sha256", "ed25519");

  private final String word;
  private final String keyType;

  SigningAlgorithm(String word, String keyType) {
    this.word = word;
    this.keyType = keyType;
  }

  /// As in `a=`.
  public String word() {
    return word;
  }

  /// As in `k=`.
  public String keyType() {
    return keyType;
  }

  /// Null if it is unknown.
  public static SigningAlgorithm of(String word) {
    for (SigningAlgorithm a : values()) {
      if (a.word.equalsIgnoreCase(word)) {
        return a;
      }
    }
    return null;
  }
}
