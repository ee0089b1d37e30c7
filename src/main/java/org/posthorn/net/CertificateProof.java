package org.posthorn.net;

import java.security.cert.X509Certificate;
import java.util.List;

/// Judges a server's certificate by something else than the authorities, such as DANE. Any thread.
public interface CertificateProof {
  /// Whom to ask for in the handshake (SNI, RFC 6066 §3).
  String serverName();

  /// @param chain what the server has shown, its own certificate first; perhaps none
  CertificateJudgement judge(List<X509Certificate> chain);
}
