package org.posthorn.smtp.client;

/// What came of one step of a delivery.
public sealed interface Heard {
  Stage stage();

  /// The other end answered.
  record Answered(Stage stage, RemoteReply reply) implements Heard {}

  /// There was no answer, or none that makes sense.
  ///
  /// @param text for people: what happened, without a class name
  record Broken(Stage stage, Cause cause, String text) implements Heard {}

  /// Why there was no answer.
  enum Cause {
    /// Nothing listens there.
    REFUSED,
    /// No way to that host.
    UNREACHABLE,
    TIMEOUT,
    /// The other end closed, or the network did.
    CLOSED,
    /// A handshake failed, or TLS broke.
    TLS,
    /// Octets that are no SMTP, or more of them than fit a bound.
    PROTOCOL,
    /// The other end lacks an extension that this message needs.
    NOT_OFFERED,
    /// The message is larger than the other end takes (RFC 1870 §3).
    TOO_LARGE,
    /// Our own octets could not be read.
    LOCAL
  }
}
