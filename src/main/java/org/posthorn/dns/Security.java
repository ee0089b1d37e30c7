package org.posthorn.dns;

/// What DNSSEC says of an answer (RFC 4033 §5). A bogus one is no answer, see [Answer.Failed].
public enum Security {
  /// Signed, and the chain of signatures begins at our trust anchor.
  SECURE,
  /// Not signed, or not validated here.
  INSECURE
}
