package org.posthorn.smtp;

import java.net.InetSocketAddress;

/// The other end, as far as it is known when the backend is asked.
///
/// @param connection id of the connection, for logs
/// @param hello what EHLO, HELO or LHLO gave: printable ASCII without spaces, else unchecked; ""
///   before
/// @param extended EHLO or LHLO was said
/// @param tls null without TLS
/// @param identity null before AUTH
/// @param visit what the backend remembers of the connection
public record Client(
    String connection,
    Endpoint endpoint,
    String hello,
    boolean extended,
    Tls tls,
    Identity identity,
    Visit visit) {

  /// @param trusted loopback or a named network
  /// @param lmtp LMTP is spoken here
  /// @param mayRelay in a network whose hosts send without a login
  /// @param opened when the connection began, by the monotonic clock
  public record Endpoint(
      InetSocketAddress remote,
      InetSocketAddress local,
      boolean trusted,
      boolean lmtp,
      boolean mayRelay,
      long opened) {}

  /// @param version as `TLSv1.3`
  public record Tls(String version, String cipher) {}

  /// One of whom the backend remembers nothing.
  public Client(
      String connection,
      Endpoint endpoint,
      String hello,
      boolean extended,
      Tls tls,
      Identity identity) {
    this(connection, endpoint, hello, extended, tls, identity, Visit.NONE);
  }

  public boolean authenticated() {
    return identity != null;
  }

  /// Whether it may send to anywhere: somebody of ours, or of a network that relays by us.
  public boolean submits() {
    return authenticated() || endpoint.mayRelay();
  }

  /// The protocol as a trace line names it (RFC 3848, and SMTP from RFC 5321 §4.4).
  ///
  /// @param utf8 the message came with SMTPUTF8 (RFC 6531 §4.3)
  public String with(boolean utf8) {
    if (!extended && !utf8) {
      return "SMTP";
    }
    String plain = endpoint.lmtp() ? "LMTP" : utf8 ? "SMTP" : "ESMTP";
    return (utf8 ? "UTF8" : "") + plain + (tls != null ? "S" : "") + (authenticated() ? "A" : "");
  }

  public Client greeted(String name, boolean isExtended) {
    return new Client(connection, endpoint, name, isExtended, tls, identity, visit);
  }

  public Client loggedIn(Identity who) {
    return new Client(connection, endpoint, hello, extended, tls, who, visit);
  }

  public Client visiting(Visit known) {
    return new Client(connection, endpoint, hello, extended, tls, identity, known);
  }
}
