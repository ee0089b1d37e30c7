package org.posthorn.smtp.server;

import org.posthorn.smtp.BareNewline;

/// How one listener speaks.
///
/// @param hostname our name in the greeting and in trace lines
/// @param messageMax octets of the largest message taken, told by SIZE (RFC 1870)
/// @param recipientsMax in one transaction; RFC 5321 §4.5.3.1.8 asks for 100 at least
public record SmtpConfig(
    Kind kind,
    String hostname,
    long messageMax,
    int recipientsMax,
    Authentication authentication,
    BareNewline bareNewline) {
  public static final long MESSAGE_MAX = 50L << 20;
  public static final int RECIPIENTS_MAX = 1000;

  public enum Kind {
    /// From other servers: port 25.
    MX,
    /// From mail programs: ports 587 and 465. Nothing without login (RFC 6409 §4.3).
    SUBMISSION,
    /// From a server in front of us (RFC 2033).
    LMTP
  }

  public enum Authentication {
    /// AUTH is not known.
    OFF,
    /// AUTH under TLS only (RFC 8314 §3).
    TLS,
    /// Also without TLS from this very machine.
    TLS_OR_LOOPBACK,
    /// Also without TLS: passwords cross the network for all to read.
    CLEARTEXT
  }

  public SmtpConfig {
    if (hostname.isEmpty() || messageMax < 65536 || recipientsMax < 100) {
      throw new IllegalArgumentException("hostname missing, or limits under those of RFC 5321");
    }
    if (kind == Kind.SUBMISSION && authentication == Authentication.OFF) {
      throw new IllegalArgumentException("submission without AUTH takes nothing");
    }
  }

  public static SmtpConfig mx(String hostname) {
    return new SmtpConfig(
        Kind.MX, hostname, MESSAGE_MAX, RECIPIENTS_MAX, Authentication.OFF, BareNewline.REJECT);
  }

  public static SmtpConfig submission(String hostname) {
    return new SmtpConfig(
        Kind.SUBMISSION,
        hostname,
        MESSAGE_MAX,
        RECIPIENTS_MAX,
        Authentication.TLS,
        BareNewline.NORMALISE);
  }

  public static SmtpConfig lmtp(String hostname) {
    return new SmtpConfig(
        Kind.LMTP,
        hostname,
        MESSAGE_MAX,
        RECIPIENTS_MAX,
        Authentication.OFF,
        BareNewline.NORMALISE);
  }

  public boolean lmtp() {
    return kind == Kind.LMTP;
  }

  public SmtpConfig withMessageMax(long octets) {
    return new SmtpConfig(kind, hostname, octets, recipientsMax, authentication, bareNewline);
  }

  public SmtpConfig withRecipientsMax(int count) {
    return new SmtpConfig(kind, hostname, messageMax, count, authentication, bareNewline);
  }

  public SmtpConfig withAuthentication(Authentication a) {
    return new SmtpConfig(kind, hostname, messageMax, recipientsMax, a, bareNewline);
  }

  public SmtpConfig withBareNewline(BareNewline b) {
    return new SmtpConfig(kind, hostname, messageMax, recipientsMax, authentication, b);
  }
}
