package org.posthorn.mta.send;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.mta.queue.Destination;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.trust.transport.MemoryPolicies;
import org.posthorn.trust.transport.MtaSts;
import org.posthorn.trust.transport.PolicyFetcher.Fetched;
import org.posthorn.trust.transport.TlsFailure;
import org.posthorn.trust.transport.TlsPolicy;
import org.posthorn.trust.transport.TlsResult;

/// Which TLS the hosts of a domain get, by what the domain and its hosts publish (RFC 7672 §2.2,
/// RFC 8461 §5).
class GuardsTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final String EE = "3 1 1 " + "ab".repeat(32);
  private static final String NOT_USABLE = "1 1 1 " + "ab".repeat(32);
  private static final String TLSA = "_25._tcp.mx.a.test";

  private final Zones zones =
      new Zones()
          .mx("a.test", 10, "mx.a.test")
          .address("a.test", "45.0.0.2")
          .address("mx.a.test", "45.0.0.1");
  private final List<TlsResult> results = new ArrayList<>();
  private OutboundConfig config = OutboundConfig.direct("mail.here.test");
  private Fetched fetched = new Fetched.Failed(TlsFailure.STS_WEBPKI_INVALID, "expired");

  private Route.Hosts route(Destination to) {
    MtaSts mtaSts = new MtaSts(zones, domain -> fetched, new MemoryPolicies(), () -> 0);
    Guards guards = new Guards(zones, mtaSts, () -> NOW, results::add);
    Routes routes = new Routes(config, zones, guards, () -> 0, target -> null, new Random(7));
    return (Route.Hosts) routes.find(to, "here.test", "a.test");
  }

  private Guard guard(String domain) {
    return route(new Destination.Domain(domain)).hops().getFirst().guard();
  }

  private void sts(String mode, String mx) {
    zones.txt("_mta-sts.a.test", "v=STSv1; id=1;");
    String text = "version: STSv1\nmode: " + mode + "\nmx: " + mx + "\nmax_age: 86400\n";
    fetched = new Fetched.Body("text/plain", text.getBytes(UTF_8));
  }

  private static String shown(Guard guard) {
    String proof = guard.proof() == null ? "" : " DANE";
    String refusal = guard.refusal() == null ? "" : " " + guard.refusal().why();
    return guard.use() + proof + refusal + (guard.named() ? " named" : "");
  }

  /// DNSSEC is whether all is signed; TLSA and MTA-STS what is published.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "false | -       | -       | -         | IF_OFFERED",
        "true  | -       | -       | -         | IF_OFFERED named",
        "true  | usable  | -       | -         | VERIFIED DANE named",
        "true  | odd     | -       | -         | REQUIRED named",
        "true  | both    | -       | -         | VERIFIED DANE named",
        "true  | broken  | -       | -         | REQUIRED TLSA_UNKNOWN named",
        "false | usable  | -       | -         | IF_OFFERED",
        "false | broken  | -       | -         | IF_OFFERED",
        "false | -       | enforce | mx.a.test | VERIFIED named",
        "false | -       | enforce | *.a.test  | VERIFIED named",
        "false | -       | enforce | mx.b.test | REQUIRED NOT_IN_POLICY",
        "false | -       | testing | mx.a.test | IF_OFFERED named",
        "false | -       | testing | mx.b.test | IF_OFFERED",
        "false | -       | none    | mx.a.test | IF_OFFERED",
        "true  | -       | enforce | mx.b.test | REQUIRED NOT_IN_POLICY named",
        // RFC 8461 §2: DANE goes before.
        "true  | usable  | enforce | mx.b.test | VERIFIED DANE named",
        "true  | usable  | enforce | mx.a.test | VERIFIED DANE named",
        "true  | usable  | testing | mx.b.test | VERIFIED DANE named",
        "true  | broken  | enforce | mx.a.test | REQUIRED TLSA_UNKNOWN named",
        // RFC 7672 §2.2: encrypted at least, and what MTA-STS asks for.
        "true  | odd     | enforce | mx.a.test | VERIFIED named",
        "true  | odd     | testing | mx.a.test | REQUIRED named",
      })
  void policies(boolean signed, String tlsa, String mode, String mx, String expected) {
    if (signed) {
      zones.signed("");
    }
    switch (tlsa == null ? "" : tlsa) {
      case "usable" -> zones.tlsa(TLSA, EE);
      case "odd" -> zones.tlsa(TLSA, NOT_USABLE);
      case "both" -> zones.tlsa(TLSA, NOT_USABLE).tlsa(TLSA, EE);
      case "broken" -> zones.breaks(TLSA, Answer.Reason.BOGUS);
      default -> {}
    }
    if (mode != null) {
      sts(mode, mx);
    }
    assertThat(shown(guard("a.test"))).isEqualTo(expected);
    assertThat(results).isEmpty();
  }

  @Test
  void anyTroubleAboutTlsaKeepsMailBack() {
    for (Answer.Reason reason : Answer.Reason.values()) {
      zones.signed("").breaks(TLSA, reason);
      assertThat(shown(guard("a.test"))).isEqualTo("REQUIRED TLSA_UNKNOWN named");
    }
  }

  /// RFC 7672 §2.2.1 and §2.2.2: all on the way to the host must be signed.
  @Test
  void whatIsSignedOnlyInPartProvesNothing() {
    zones.tlsa(TLSA, EE).signed("mx.a.test").signed(TLSA);
    assertThat(shown(guard("a.test"))).isEqualTo("IF_OFFERED"); // the MX record is not
    zones.unsigned("mx.a.test").signed("a.test");
    assertThat(shown(guard("a.test"))).isEqualTo("VERIFIED DANE named");
  }

  /// RFC 7672 §2.2.2
  @Test
  void aDomainWithoutMxIsItsOwnHost() {
    zones.address("b.test", "45.0.0.3").signed("").tlsa("_25._tcp.b.test", EE);
    assertThat(shown(guard("b.test"))).isEqualTo("VERIFIED DANE named");
  }

  /// RFC 7672 §3.2.2
  @Test
  void namesOfTheCertificate() {
    zones.signed("").tlsa(TLSA, EE);
    DaneProof proof = (DaneProof) guard("a.test").proof();
    assertThat(proof.dane().names()).containsExactlyInAnyOrder("mx.a.test", "a.test");
    assertThat(proof.serverName()).isEqualTo("mx.a.test");
  }

  @Test
  void theConfigurationMayWantMore() {
    config = config.withRequireTls(List.of(DomainPattern.ALL));
    assertThat(shown(guard("a.test"))).isEqualTo("REQUIRED");
    sts("testing", "mx.a.test");
    assertThat(shown(guard("a.test"))).isEqualTo("REQUIRED named");
  }

  /// RFC 7672 §2.2.2, RFC 8461 §3.4: its name is that of the policy.
  @Test
  void smarthosts() {
    zones.signed("").tlsa(TLSA, EE).tlsa("_587._tcp.mx.a.test", EE);
    for (String row :
        List.of(
            "IF_OFFERED → VERIFIED DANE named",
            "REQUIRED → VERIFIED DANE named",
            "IMPLICIT → IMPLICIT_VERIFIED DANE named",
            "VERIFIED → VERIFIED named",
            "IMPLICIT_VERIFIED → IMPLICIT_VERIFIED named",
            "NEVER → NEVER named")) {
      String[] words = row.split(" → ");
      TlsUse use = TlsUse.valueOf(words[0]);
      Smarthost host =
          new Smarthost(DomainPattern.ALL, DomainPattern.ALL, "mx.a.test", 587, use, null);
      config = config.withSmarthosts(List.of(host));
      Guard guard = route(new Destination.Host("mx.a.test", 587)).hops().getFirst().guard();
      assertThat(shown(guard)).isEqualTo(words[1]);
    }
  }

  @Test
  void addressesHaveNoPolicies() {
    config = config.withAllowPrivate(true);
    assertThat(shown(guard("[45.0.0.1]"))).isEqualTo("IF_OFFERED named");
  }

  /// RFC 8460 §4.4: every policy in force is in the reports.
  @Test
  void policiesForReports() {
    assertThat(guard("a.test").wishes())
        .extracting(w -> w.policy().kind().word())
        .containsExactly("no-policy-found");
    zones.signed("").tlsa(TLSA, EE);
    sts("enforce", "*.a.test");
    List<Guard.Wish> wishes = guard("a.test").wishes();
    assertThat(wishes)
        .extracting(Guard.Wish::policy)
        .containsExactly(
            new TlsPolicy(TlsPolicy.Kind.TLSA, "mx.a.test", List.of(EE), List.of()),
            new TlsPolicy(
                TlsPolicy.Kind.STS,
                "a.test",
                List.of("version: STSv1", "mode: enforce", "mx: *.a.test", "max_age: 86400"),
                List.of("*.a.test")));
  }

  @Test
  void aPolicyThatCannotBeHadIsTold() {
    zones.txt("_mta-sts.a.test", "v=STSv1; id=1;");
    assertThat(shown(guard("a.test"))).isEqualTo("IF_OFFERED");
    assertThat(results)
        .singleElement()
        .satisfies(r -> {
          assertThat(r.failure()).isEqualTo(TlsFailure.STS_WEBPKI_INVALID);
          assertThat(r.policy().kind()).isEqualTo(TlsPolicy.Kind.STS);
          assertThat(r.recipientDomain()).isEqualTo("a.test");
          assertThat(r.reason()).isEqualTo("expired");
        });
  }
}
