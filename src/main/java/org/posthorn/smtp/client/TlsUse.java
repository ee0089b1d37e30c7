package org.posthorn.smtp.client;

/// When a connection turns to TLS.
public enum TlsUse {
  NEVER,
  /// When the server offers STARTTLS and does not refuse it then (RFC 3207). Any certificate.
  IF_OFFERED,
  /// By STARTTLS, or not at all. Any certificate.
  REQUIRED,
  /// The same, and the certificate must be good: for the host's name, or by another proof.
  VERIFIED,
  /// From the first octet (RFC 8314). Any certificate.
  IMPLICIT,
  /// The same, and the certificate must be good for the host's name.
  IMPLICIT_VERIFIED;

  boolean implicit() {
    return this == IMPLICIT || this == IMPLICIT_VERIFIED;
  }

  /// Whether the certificate must be good.
  public boolean verified() {
    return this == VERIFIED || this == IMPLICIT_VERIFIED;
  }

  /// The same, but never in clear.
  public TlsUse withTls() {
    return optional() ? REQUIRED : this;
  }

  /// The same, but the certificate must be good.
  public TlsUse withCertificate() {
    return implicit() ? IMPLICIT_VERIFIED : VERIFIED;
  }

  /// Whether mail may go in clear.
  public boolean optional() {
    return this == NEVER || this == IF_OFFERED;
  }
}
