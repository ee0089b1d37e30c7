package org.posthorn.smtp.server;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.posthorn.net.NetworkSet;
import org.posthorn.smtp.BareNewline;
import org.posthorn.smtp.Reply;

/// How one listener speaks.
///
/// @param hostname our name in the greeting and in trace lines
/// @param messageMax octets of the largest message taken, told by SIZE (RFC 1870)
/// @param recipientsMax in one transaction; RFC 5321 §4.5.3.1.8 asks for 100 at least
/// @param mailsMax transactions in one session, 0 for any number
/// @param features the extensions offered
/// @param relay networks whose hosts send to anywhere without a login
public record SmtpConfig(
    Kind kind,
    String hostname,
    long messageMax,
    int recipientsMax,
    int mailsMax,
    Authentication authentication,
    BareNewline bareNewline,
    Set<Feature> features,
    NetworkSet relay) {
  public static final long MESSAGE_MAX = 50L << 20;
  public static final int RECIPIENTS_MAX = 1000;

  /// A client that has more begins another session, and is looked at anew.
  public static final int MAILS_MAX = 10_000;

  /// What works with mail that stays here.
  private static final Set<Feature> FEATURES =
      Set.of(Feature.CHUNKING, Feature.SMTPUTF8, Feature.LIMITS);

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
    features = Set.copyOf(features);
    if (features.contains(Feature.BINARYMIME) && !features.contains(Feature.CHUNKING)) {
      throw new IllegalArgumentException("BINARYMIME without CHUNKING"); // RFC 3030 §3
    }
    boolean forSubmission =
        features.contains(Feature.BURL) || features.contains(Feature.FUTURERELEASE);
    if (forSubmission && kind != Kind.SUBMISSION) {
      // RFC 4468 §3.1, RFC 4865 §4.2
      throw new IllegalArgumentException("BURL and FUTURERELEASE are for submission");
    }
  }

  public static SmtpConfig mx(String hostname) {
    return of(Kind.MX, hostname, Authentication.OFF, BareNewline.REJECT);
  }

  public static SmtpConfig submission(String hostname) {
    return of(Kind.SUBMISSION, hostname, Authentication.TLS, BareNewline.NORMALISE)
        .with(Feature.BURL);
  }

  /// The server in front of us sends as much in one session as it likes.
  public static SmtpConfig lmtp(String hostname) {
    return of(Kind.LMTP, hostname, Authentication.OFF, BareNewline.NORMALISE).withMailsMax(0);
  }

  private static SmtpConfig of(Kind kind, String hostname, Authentication a, BareNewline b) {
    return new SmtpConfig(
        kind, hostname, MESSAGE_MAX, RECIPIENTS_MAX, MAILS_MAX, a, b, FEATURES, NetworkSet.NONE);
  }

  public boolean lmtp() {
    return kind == Kind.LMTP;
  }

  public boolean offers(Feature feature) {
    return features.contains(feature);
  }

  /// Offers these too.
  public SmtpConfig with(Feature... more) {
    Set<Feature> all = EnumSet.copyOf(List.of(more));
    all.addAll(features);
    return withFeatures(all);
  }

  public SmtpConfig withFeatures(Set<Feature> all) {
    return new SmtpConfig(
        kind,
        hostname,
        messageMax,
        recipientsMax,
        mailsMax,
        authentication,
        bareNewline,
        all,
        relay);
  }

  public SmtpConfig withMessageMax(long other) {
    return new SmtpConfig(
        kind,
        hostname,
        other,
        recipientsMax,
        mailsMax,
        authentication,
        bareNewline,
        features,
        relay);
  }

  public SmtpConfig withRecipientsMax(int other) {
    return new SmtpConfig(
        kind, hostname, messageMax, other, mailsMax, authentication, bareNewline, features, relay);
  }

  public SmtpConfig withMailsMax(int other) {
    return new SmtpConfig(
        kind,
        hostname,
        messageMax,
        recipientsMax,
        other,
        authentication,
        bareNewline,
        features,
        relay);
  }

  public SmtpConfig withAuthentication(Authentication other) {
    return new SmtpConfig(
        kind, hostname, messageMax, recipientsMax, mailsMax, other, bareNewline, features, relay);
  }

  public SmtpConfig withBareNewline(BareNewline other) {
    return new SmtpConfig(
        kind,
        hostname,
        messageMax,
        recipientsMax,
        mailsMax,
        authentication,
        other,
        features,
        relay);
  }

  public SmtpConfig withRelay(NetworkSet other) {
    return new SmtpConfig(
        kind,
        hostname,
        messageMax,
        recipientsMax,
        mailsMax,
        authentication,
        bareNewline,
        features,
        other);
  }

  /// The answer to a message that is larger than is taken (RFC 1870 §6.1).
  Reply tooBig() {
    return Reply.of(552, "5.3.4", "Message larger than " + messageMax + " octets");
  }
}
