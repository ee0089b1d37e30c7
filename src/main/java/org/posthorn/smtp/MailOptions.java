package org.posthorn.smtp;

import java.time.Instant;

/// What the sender asks for by parameters of MAIL, beyond its path, size and body.
///
/// @param utf8 addresses or header hold UTF-8 (SMTPUTF8, RFC 6531)
/// @param requireTls every hop must be under verified TLS (RFC 8689)
/// @param returned how much of the message a failure notice brings back (RET, RFC 3461 §4.3); null:
///   as we like
/// @param envelopeId the sender's name for this message (ENVID, RFC 3461 §4.4), xtext undone; ""
///   without
/// @param priority -9 to 9 (MT-PRIORITY, RFC 6710); 0 is that of all others
/// @param by null without (DELIVERBY, RFC 2852)
/// @param holdUntil not to be sent before (FUTURERELEASE, RFC 4865); null without
public record MailOptions(
    boolean utf8,
    boolean requireTls,
    Returned returned,
    String envelopeId,
    int priority,
    DeliverBy by,
    Instant holdUntil) {
  public static final MailOptions NONE = new MailOptions(false, false, null, "", 0, null, null);

  /// RET of RFC 3461 §4.3.
  public enum Returned {
    FULL,
    HEADERS
  }

  public MailOptions withUtf8(boolean other) {
    return new MailOptions(other, requireTls, returned, envelopeId, priority, by, holdUntil);
  }

  public MailOptions withRequireTls(boolean other) {
    return new MailOptions(utf8, other, returned, envelopeId, priority, by, holdUntil);
  }

  public MailOptions withHoldUntil(Instant other) {
    return new MailOptions(utf8, requireTls, returned, envelopeId, priority, by, other);
  }

  public MailOptions withBy(DeliverBy other) {
    return new MailOptions(utf8, requireTls, returned, envelopeId, priority, other, holdUntil);
  }
}
