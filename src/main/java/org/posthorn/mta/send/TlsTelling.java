package org.posthorn.mta.send;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.net.CertificateJudgement;
import org.posthorn.net.TlsReport;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Heard;
import org.posthorn.smtp.client.Opening;
import org.posthorn.smtp.client.Stage;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.trust.transport.TlsFailure;
import org.posthorn.trust.transport.TlsPolicy;
import org.posthorn.trust.transport.TlsResult;

/// Tells whoever is to know what came of TLS with a host: reports to its domain, the log, the story
/// of the message, the counters. No failure of TLS passes silently. One thread.
final class TlsTelling {
  private static final int REASON_MAX = 200;

  private static final System.Logger LOG = System.getLogger("posthorn.mta.send");

  private final RemoteDelivery delivery;
  private final String domain;
  private final QueueId message;

  /// @param domain of the recipients, or the name of a smarthost
  TlsTelling(RemoteDelivery delivery, String domain, QueueId message) {
    this.delivery = delivery;
    this.domain = domain;
    this.message = message;
  }

  /// What went wrong; a null failure is that all was well.
  private record Came(TlsFailure failure, String reason) {
    static final Came WELL = new Came(null, "");
  }

  /// A host is passed over.
  void refused(Hop hop, Guard.Refusal refusal) {
    String host = hop.endpoint().toString();
    String words =
        switch (refusal.why()) {
          case NOT_IN_POLICY -> "not used: the domain's policy of MTA-STS names others";
          case TLSA_UNKNOWN -> "not used: its TLSA records could not be found out";
          case NOT_NAMED -> "not used: neither DNSSEC nor MTA-STS proves that it is the domain's";
        };
    LOG.log(
        INFO,
        "mail-tls-refused id={0} host={1} domain={2} reason={3}",
        message,
        host,
        domain,
        refusal.text().isEmpty() ? words : words + " (" + refusal.text() + ")");
    delivery.trace().story(message).remark(host + ": " + words);
    delivery.counters().tlsRefusals.increment();
    if (refusal.why() == Guard.Why.NOT_NAMED) {
      return; // which is no policy of the domain's
    }
    for (Guard.Wish wish : hop.guard().wishes()) {
      boolean concerned =
          refusal.why() == Guard.Why.TLSA_UNKNOWN
              ? wish.policy().kind() == TlsPolicy.Kind.TLSA
              : wish.policy().kind() == TlsPolicy.Kind.STS;
      if (concerned) {
        report(hop, wish, new Came(refusal.why().failure(), words), "", "");
      }
    }
  }

  /// A connection was opened, or was to be.
  ///
  /// @param use what was wanted of it
  void opened(Hop hop, TlsUse use, Opening opening) {
    switch (opening) {
      case Opening.Ready r -> {
        TlsReport tls = r.client().tls();
        count(use, tls);
        String banner = r.client().banner().split(" ", 2)[0];
        Came none = new Came(TlsFailure.STARTTLS_NOT_SUPPORTED, "TLS is not offered, or refused");
        Came without =
            use == TlsUse.NEVER ? new Came(TlsFailure.VALIDATION_FAILURE, "TLS is broken") : none;
        tell(hop, use, tls, without, address(r.client().local()), banner);
      }
      case Opening.Ended e -> {
        Came without = without(e.heard());
        if (use.verified() && e.tls() != null || !use.optional() && without != null) {
          delivery.counters().tlsRefusals.increment();
        }
        if (e.tls() != null || without != null) {
          tell(hop, use, e.tls(), without, address(hop.endpoint().from()), "");
        }
      }
    }
  }

  private void count(TlsUse use, TlsReport tls) {
    Counters counters = delivery.counters();
    if (tls == null) {
      counters.connectionsClear.increment();
    } else if (use.verified()) {
      counters.connectionsVerified.increment();
    } else {
      counters.connectionsEncrypted.increment();
    }
  }

  /// Null for what is no failure of TLS: networks come and go (RFC 8460 §4.3.4).
  private static Came without(Heard heard) {
    return switch (heard) {
      case Heard.Answered a when a.stage() == Stage.STARTTLS ->
          new Came(TlsFailure.STARTTLS_NOT_SUPPORTED, a.reply().toString());
      case Heard.Broken b
          when b.cause() == Heard.Cause.NOT_OFFERED && b.stage() == Stage.STARTTLS ->
          new Came(TlsFailure.STARTTLS_NOT_SUPPORTED, b.text());
      case Heard.Broken b when b.stage() == Stage.TLS && b.cause() == Heard.Cause.TLS ->
          new Came(TlsFailure.VALIDATION_FAILURE, b.text());
      default -> null;
    };
  }

  /// @param tls null without
  /// @param without what it is that there is none
  private void tell(Hop hop, TlsUse use, TlsReport tls, Came without, String ours, String banner) {
    for (Guard.Wish wish : hop.guard().wishes()) {
      Came came = tls == null ? without : under(wish, tls);
      report(hop, wish, came, ours, banner);
      boolean testing = wish.policy().kind() == TlsPolicy.Kind.STS && !wish.binds();
      if (came.failure() != null && testing && hop.guard().proof() == null) {
        delivery.counters().tlsTestingFailures.increment();
        String host = hop.endpoint().toString();
        LOG.log(
            INFO,
            "mail-tls-testing id={0} host={1} domain={2} result={3} reason={4}",
            message,
            host,
            domain,
            came.failure().word(),
            came.reason());
        delivery
            .trace()
            .story(message)
            .remark(host + ": against the policy that its domain tries out: " + came.reason());
      }
    }
  }

  private static Came under(Guard.Wish wish, TlsReport tls) {
    return switch (wish.policy().kind()) {
      case NONE -> Came.WELL;
      case TLSA ->
          wish.proof() == null
              ? new Came(TlsFailure.TLSA_INVALID, "no TLSA record can be used")
              : came(wish.proof().judge(tls.chain()));
      case STS ->
          wish.covers()
              ? came(tls.judgement())
              : new Came(TlsFailure.VALIDATION_FAILURE, "the policy names other hosts");
    };
  }

  private static Came came(CertificateJudgement judgement) {
    return switch (judgement.fault()) {
      case NONE -> Came.WELL;
      case DATE -> new Came(TlsFailure.CERTIFICATE_EXPIRED, judgement.doubt());
      case NAME -> new Came(TlsFailure.CERTIFICATE_HOST_MISMATCH, judgement.doubt());
      case TRUST -> new Came(TlsFailure.CERTIFICATE_NOT_TRUSTED, judgement.doubt());
    };
  }

  private void report(Hop hop, Guard.Wish wish, Came came, String ours, String banner) {
    Endpoint host = hop.endpoint();
    delivery
        .results()
        .heard(
            new TlsResult(
                domain,
                wish.policy(),
                came.failure(),
                plain(came.reason()),
                ours,
                host.name(),
                plain(banner),
                address(host.address())));
  }

  /// TLS was a wish, and is given up for this host.
  void downgraded(Endpoint host) {
    LOG.log(WARNING, "mail-in-clear id={0} host={1} domain={2}", message, host, domain);
    delivery.trace().story(message).remark(host + ": its TLS is broken, mail goes in clear");
    delivery.counters().tlsDowngrades.increment();
  }

  private static String address(InetAddress address) {
    return address == null ? "" : address.getHostAddress();
  }

  private static String plain(String text) {
    String cut = text.length() > REASON_MAX ? text.substring(0, REASON_MAX) : text;
    return cut.replaceAll("[^\\x20-\\x7e]", "?");
  }
}
