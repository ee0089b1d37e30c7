package org.posthorn.net;

import java.security.cert.X509Certificate;
import java.util.List;

/// What TLS with a server came to.
///
/// @param protocol as `TLSv1.3`
/// @param cipher the suite, as `TLS_AES_128_GCM_SHA256`
/// @param chain what the server has shown, its own certificate first; perhaps none
/// @param judgement what the authorities say of that, and of the name that was asked for
public record TlsReport(
    String protocol, String cipher, List<X509Certificate> chain, CertificateJudgement judgement) {
  public TlsReport {
    chain = List.copyOf(chain);
  }

  /// Whether somebody whom we trust vouches that the certificate belongs to the name that was asked
  /// for.
  public boolean verified() {
    return judgement.good();
  }

  /// Why it is not verified, for people; "" if it is.
  public String doubt() {
    return judgement.doubt();
  }

  /// As `TLSv1.3 TLS_AES_128_GCM_SHA256`, for logs.
  @Override
  public String toString() {
    return protocol + " " + cipher;
  }
}
