package org.posthorn.net;

/// What TLS with a server came to.
///
/// @param protocol as `TLSv1.3`
/// @param cipher the suite, as `TLS_AES_128_GCM_SHA256`
/// @param verified somebody whom we trust vouches that the certificate belongs to the name that was
///   asked for
/// @param doubt why it is not verified, for people; "" if it is
public record TlsReport(String protocol, String cipher, boolean verified, String doubt) {

  /// As `TLSv1.3 TLS_AES_128_GCM_SHA256`, for logs.
  @Override
  public String toString() {
    return protocol + " " + cipher;
  }
}
