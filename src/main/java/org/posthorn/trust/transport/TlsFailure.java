package org.posthorn.trust.transport;

import java.util.Locale;

/// What went wrong about TLS, in the words of reports (RFC 8460 §4.3).
public enum TlsFailure {
  STARTTLS_NOT_SUPPORTED,
  CERTIFICATE_HOST_MISMATCH,
  CERTIFICATE_EXPIRED,
  CERTIFICATE_NOT_TRUSTED,
  /// Anything else.
  VALIDATION_FAILURE,
  /// TLSA records of which none can be used.
  TLSA_INVALID,
  /// Whether there are TLSA records could not be found out.
  DNSSEC_INVALID,
  STS_POLICY_FETCH_ERROR,
  STS_POLICY_INVALID,
  STS_WEBPKI_INVALID;

  /// As `starttls-not-supported`.
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
