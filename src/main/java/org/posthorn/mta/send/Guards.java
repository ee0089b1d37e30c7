package org.posthorn.mta.send;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.dns.Security;
import org.posthorn.dns.Tlsa;
import org.posthorn.net.CertificateProof;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.trust.transport.Dane;
import org.posthorn.trust.transport.MtaSts;
import org.posthorn.trust.transport.StsPolicy;
import org.posthorn.trust.transport.TlsPolicy;
import org.posthorn.trust.transport.TlsResult;

/// Finds out which TLS the hosts of a domain are to be reached by: what the configuration says,
/// what DANE says of the host, and what MTA-STS says of the domain. Any thread; waits for name
/// servers and policy hosts.
///
/// DANE goes first: a host whose TLSA records can be used is judged by them alone (RFC 8461 §2).
/// Its MX record is signed then, so a policy of MTA-STS adds nothing to what is known of it.
public final class Guards {
  private final Resolver resolver;
  private final MtaSts mtaSts; // null: policies are not looked for
  private final InstantSource clock;
  private final TlsResults results;

  /// @param mtaSts null: nobody's policy is looked for
  public Guards(Resolver resolver, MtaSts mtaSts, InstantSource clock, TlsResults results) {
    this.resolver = resolver;
    this.mtaSts = mtaSts;
    this.clock = clock;
    this.results = results;
  }

  /// A host of a domain, as it was found.
  ///
  /// @param name A-labels in lower case
  /// @param expanded the name behind its CNAMEs, mostly the same
  /// @param addresses whether its addresses are certain
  /// @param port where it is asked for mail
  record Host(String name, String expanded, Security addresses, int port) {}

  /// What was found of the domain.
  ///
  /// @param name of the recipients, or the host that we were told to use
  /// @param expanded the name behind its CNAMEs, mostly the same
  /// @param hosts whether it is certain that the hosts are the domain's
  /// @param least what the configuration wants
  record Domain(String name, String expanded, Security hosts, TlsUse least) {}

  /// Asks for the domain's policy, and returns who judges its hosts.
  Judge of(Domain domain) {
    if (mtaSts == null) {
      return new Judge(domain, null);
    }
    MtaSts.Found found = mtaSts.find(domain.name(), clock.instant());
    StsPolicy policy =
        found.policy() == null || found.policy().mode() == StsPolicy.Mode.NONE
            ? null
            : found.policy();
    if (found.failure() != null) {
      TlsPolicy of = TlsPolicy.sts(domain.name(), policy);
      results.heard(
          new TlsResult(domain.name(), of, found.failure(), found.reason(), "", "", "", ""));
    }
    return new Judge(domain, policy);
  }

  /// Judges the hosts of one domain.
  final class Judge {
    private final Domain domain;
    private final StsPolicy sts; // null without one

    private Judge(Domain domain, StsPolicy sts) {
      this.domain = domain;
      this.sts = sts;
    }

    Guard guard(Host host) {
      boolean covers = sts != null && sts.covers(host.name());
      boolean named = domain.hosts() == Security.SECURE || covers;
      List<Guard.Wish> wishes = new ArrayList<>();
      TlsUse use = domain.least();
      CertificateProof proof = null;
      Guard.Refusal refusal = null;
      switch (tlsa(host)) {
        case Records.None _ -> {}
        case Records.Unknown u -> {
          refusal = new Guard.Refusal(Guard.Why.TLSA_UNKNOWN, u.text());
          wishes.add(new Guard.Wish(TlsPolicy.tlsa(host.name(), List.of()), null, false, true));
          use = use.withTls();
        }
        case Records.Some(Dane dane, List<Tlsa> all) -> {
          proof = dane.usable() ? new DaneProof(dane, clock) : null;
          use = dane.usable() ? use.withCertificate() : use.withTls(); // RFC 7672 §2.2
          wishes.add(new Guard.Wish(TlsPolicy.tlsa(dane.base(), all), proof, false, true));
        }
      }
      if (sts != null) {
        boolean binds = sts.mode() == StsPolicy.Mode.ENFORCE && proof == null && refusal == null;
        wishes.add(new Guard.Wish(TlsPolicy.sts(domain.name(), sts), null, covers, binds));
        if (binds && covers) {
          use = use.withCertificate();
        } else if (binds) {
          use = use.withTls();
          refusal =
              new Guard.Refusal(
                  Guard.Why.NOT_IN_POLICY, host.name() + " is not in the domain's policy");
        }
      }
      if (wishes.isEmpty()) {
        wishes.add(new Guard.Wish(TlsPolicy.none(domain.name()), null, false, false));
      }
      return new Guard(use, proof, refusal, named, wishes);
    }

    private sealed interface Records {
      record None() implements Records {}

      record Some(Dane dane, List<Tlsa> all) implements Records {}

      record Unknown(String text) implements Records {}
    }

    /// RFC 7672 §2.2.
    private Records tlsa(Host host) {
      boolean alias = !host.expanded().equals(host.name());
      boolean sure = host.addresses() == Security.SECURE;
      if (!resolver.validates() || domain.hosts() != Security.SECURE || !sure && !alias) {
        return new Records.None();
      }
      List<String> bases = new ArrayList<>();
      if (alias && sure) {
        bases.add(host.expanded());
      }
      bases.add(host.name());
      for (String base : bases) {
        switch (resolver.tlsa("_" + host.port() + "._tcp." + base)) {
          case Answer.Found<Tlsa> f when f.security() == Security.SECURE -> {
            return new Records.Some(new Dane(base, names(base), f.records()), f.records());
          }
          case Answer.Found<Tlsa> _ -> {}
          case Answer.Absent<Tlsa> _ -> {}
          // The alias of a host whose zone is not signed: its name servers may know no TLSA at all,
          // and whether the alias itself is signed nobody tells (RFC 7672 §2.2.2).
          case Answer.Failed<Tlsa> f when !sure && f.reason() != Answer.Reason.BOGUS -> {}
          case Answer.Failed<Tlsa> f -> {
            return new Records.Unknown(f.text());
          }
        }
      }
      return new Records.None();
    }

    /// Whom the certificate may be for (RFC 7672 §3.2.2).
    private Set<String> names(String base) {
      Set<String> names = new HashSet<>();
      names.add(base);
      names.add(domain.name());
      names.add(domain.expanded());
      return names;
    }
  }
}
