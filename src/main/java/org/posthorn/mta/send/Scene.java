package org.posthorn.mta.send;

import org.posthorn.smtp.MailOptions;

/// What is known around a failure.
///
/// @param domain of the recipients, or the name of a smarthost: whose server it is, for people
/// @param host whom we talk to, as `mx.example.test [192.0.2.1]`; "" if nobody was reached
/// @param smarthost we were told to use this host, rather than that it is the domain's own
/// @param tlsRequired by the domain or by the route; what the message requires is in `options`
/// @param options of the message; from the null sender without REQUIRETLS (RFC 8689 §5)
/// @param tells the host offered DSN (RFC 3461)
/// @param tls what the connection has, as in `Outcome.Delivered`
/// @param timed the host offered DELIVERBY (RFC 2852), or nobody asked for it
public record Scene(
    String domain,
    String host,
    boolean smarthost,
    boolean tlsRequired,
    MailOptions options,
    boolean tells,
    String tls,
    boolean timed) {

  /// Before anybody is reached.
  public static Scene of(String domain, boolean smarthost, MailOptions options) {
    return new Scene(domain, "", smarthost, false, options, false, "", true);
  }

  /// Names the other side within a sentence.
  String server() {
    return (smarthost ? "the server " : "the server of ") + domain;
  }
}
