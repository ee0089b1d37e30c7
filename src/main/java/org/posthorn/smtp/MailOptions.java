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
/// @param tlsOptional the message is to arrive, under TLS or not (`TLS-Required: No`, RFC 8689 §3):
///   said in its header, kept here; never beside `requireTls`
public record MailOptions(
    boolean utf8,
    boolean requireTls,
    Returned returned,
    String envelopeId,
    int priority,
    DeliverBy by,
    Instant holdUntil,
    boolean tlsOptional) {

  public MailOptions(
      boolean utf8,
      boolean requireTls,
      Returned returned,
      String envelopeId,
      int priority,
      DeliverBy by,
      Instant holdUntil) {
    this(utf8, requireTls, returned, envelopeId, priority, by, holdUntil, false);
  }

  public static final MailOptions NONE = new MailOptions(false, false, null, "", 0, null, null);

  /// RET of RFC 3461 §4.3.
  public enum Returned {
    FULL,
    HEADERS
  }

  public MailOptions withUtf8(boolean other) {
    return new MailOptions(
        other, requireTls, returned, envelopeId, priority, by, holdUntil, tlsOptional);
  }

  public MailOptions withRequireTls(boolean other) {
    return new MailOptions(utf8, other, returned, envelopeId, priority, by, holdUntil, tlsOptional);
  }

  public MailOptions withHoldUntil(Instant other) {
    return new MailOptions(
        utf8, requireTls, returned, envelopeId, priority, by, other, tlsOptional);
  }

  public MailOptions withBy(DeliverBy other) {
    return new MailOptions(
        utf8, requireTls, returned, envelopeId, priority, other, holdUntil, tlsOptional);
  }

  public MailOptions withTlsOptional(boolean other) {
    return new MailOptions(utf8, requireTls, returned, envelopeId, priority, by, holdUntil, other);
  }
}
