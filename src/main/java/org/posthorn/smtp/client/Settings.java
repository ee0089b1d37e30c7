package org.posthorn.smtp.client;

import org.posthorn.net.ServerAuthorities;

/// How we speak to a server.
///
/// @param hello our name in EHLO
/// @param authorities who vouches for certificates
/// @param login null: none
public record Settings(
    String hello, TlsUse tls, ServerAuthorities authorities, Login login, Timing timing) {

  public Settings withTls(TlsUse other) {
    return new Settings(hello, other, authorities, login, timing);
  }

  public Settings withLogin(Login other) {
    return new Settings(hello, tls, authorities, other, timing);
  }
}
