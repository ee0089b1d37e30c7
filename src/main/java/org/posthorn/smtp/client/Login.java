package org.posthorn.smtp.client;

/// Who we are to a server that wants to know (RFC 4954).
///
/// @param inClear the password may go over a connection without TLS
public record Login(String user, String password, boolean inClear) {
  @Override
  public String toString() {
    return "Login[" + user + "]";
  }
}
