package org.posthorn.smtp.client;

import org.posthorn.net.CertificateProof;
import org.posthorn.net.ServerAuthorities;

/// How we speak to a server.
///
/// @param hello our name in EHLO
/// @param authorities who vouches for certificates
/// @param proof what else does, where the authorities are not to be asked; null: nothing
/// @param login null: none
public record Settings(
    String hello,
    TlsUse tls,
    ServerAuthorities authorities,
    CertificateProof proof,
    Login login,
    Timing timing) {

  /// Without another proof.
  public Settings(
      String hello, TlsUse tls, ServerAuthorities authorities, Login login, Timing timing) {
    this(hello, tls, authorities, null, login, timing);
  }

  public Settings withTls(TlsUse other) {
    return new Settings(hello, other, authorities, proof, login, timing);
  }

  public Settings withProof(CertificateProof other) {
    return new Settings(hello, tls, authorities, other, login, timing);
  }

  public Settings withLogin(Login other) {
    return new Settings(hello, tls, authorities, proof, other, timing);
  }
}
