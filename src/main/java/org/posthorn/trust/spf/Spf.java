package org.posthorn.trust.spf;

import java.net.InetAddress;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.posthorn.dns.Resolver;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.IpText;
import org.posthorn.trust.spf.SpfResult.Identity;

/// Sender Policy Framework: whether a host may send for a domain (RFC 7208).
///
/// Any thread. A check waits for the DNS: at most for as long as the resolver lets one question
/// take, and 20 seconds before.
public final class Spf {
  /// What stands for the local part where there is none (RFC 7208 §2.4, §4.3).
  private static final String POSTMASTER = "postmaster";

  private final Resolver dns;
  private final String hostname;
  private final InstantSource clock;
  private final LongSupplier nanos;

  /// @param hostname ours, for explanations
  /// @param clock for explanations
  /// @param nanos monotonic, from an arbitrary origin
  public Spf(Resolver dns, String hostname, InstantSource clock, LongSupplier nanos) {
    this.dns = dns;
    this.hostname = hostname;
    this.clock = clock;
    this.nanos = nanos;
  }

  /// The identity MAIL FROM, which for the null reverse-path is the postmaster of what the client
  /// calls itself (RFC 7208 §2.4).
  ///
  /// @param helo as the client said it, whatever it is
  /// @param mailFrom null for the null reverse-path
  public SpfResult check(InetAddress ip, String helo, EmailAddress mailFrom) {
    return mailFrom == null
        ? checkHelo(ip, helo)
        : check(ip, helo, mailFrom.localPart(), mailFrom.domain(), Identity.MAIL_FROM);
  }

  /// The identity HELO (RFC 7208 §2.3).
  public SpfResult checkHelo(InetAddress ip, String helo) {
    String bare = helo.endsWith(".") ? helo.substring(0, helo.length() - 1) : helo;
    String domain = EmailAddress.normalDomain(bare);
    return check(ip, helo, POSTMASTER, domain == null ? helo : domain, Identity.HELO);
  }

  /// @param localPart "" without one
  /// @param domain A-labels, or what is no domain at all
  SpfResult check(InetAddress ip, String helo, String localPart, String domain, Identity identity) {
    if (!domain.contains(".") || domain.startsWith("[") || !MacroText.isName(domain)) {
      String reason = "no domain that could have a record";
      return new SpfResult(SpfResult.Code.NONE, identity, "", "", reason);
    }
    String local = localPart.isEmpty() ? POSTMASTER : localPart;
    var subject = new Subject(IpText.plain(ip), helo, local, domain, hostname, clock.instant());
    Judgement judgement = new Evaluation(dns, nanos, subject).check();
    return new SpfResult(
        judgement.code(), identity, domain, judgement.explanation(), judgement.reason());
  }

  /// @param reason for people
  record Judgement(SpfResult.Code code, String explanation, String reason) {}
}
