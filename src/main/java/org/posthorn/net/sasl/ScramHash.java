package org.posthorn.net.sasl;

/// A hash that SCRAM is defined with.
public enum ScramHash {
  /// RFC 5802
  SHA_1("SCRAM-SHA-1", "HmacSHA1", "SHA-1"),
  /// RFC 7677
  SHA_256("SCRAM-SHA-256", "HmacSHA256", "SHA-256");

  /// The mechanism without channel binding.
  final String mechanism;

  /// As the JDK calls them.
  public final String mac;

  public final String digest;

  ScramHash(String mechanism, String mac, String digest) {
    this.mechanism = mechanism;
    this.mac = mac;
    this.digest = digest;
  }
}
