package org.posthorn.trust.transport;

/// Fetches policies of MTA-STS from their hosts (RFC 8461 §3.3). Any thread; every call waits,
/// within a bound.
@FunctionalInterface
public interface PolicyFetcher {
  /// GET `https://mta-sts.` domain `/.well-known/mta-sts.txt`, from a host whose certificate is
  /// good for its name. Follows no redirect, and takes no more octets than [StsPolicy#OCTETS_MAX].
  Fetched fetch(String domain);

  /// What came of it.
  sealed interface Fetched {
    /// @param contentType the value of the field, "" without
    record Body(String contentType, byte[] octets) implements Fetched {}

    /// @param failure for reports
    /// @param reason for people, printable ASCII
    record Failed(TlsFailure failure, String reason) implements Fetched {}
  }
}
