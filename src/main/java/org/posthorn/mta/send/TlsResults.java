package org.posthorn.mta.send;

import org.posthorn.trust.transport.TlsResult;

/// Hears what comes of TLS with other servers, for reports to their domains (RFC 8460). Any thread;
/// never waits and never throws.
@FunctionalInterface
public interface TlsResults {
  /// Forgets it all.
  TlsResults NOBODY = result -> {};

  void heard(TlsResult result);
}
