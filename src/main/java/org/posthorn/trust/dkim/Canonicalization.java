package org.posthorn.trust.dkim;

/// Which changes on the way a signature outlives (RFC 6376 §3.4).
enum Canonicalization {
  /// None.
  SIMPLE,
  /// Other white space, other folding, names in other case.
  RELAXED;

  /// Null if there is no such.
  static Canonicalization of(String word) {
    return switch (word) {
      case "simple" -> SIMPLE;
      case "relaxed" -> RELAXED;
      default -> null;
    };
  }
}
