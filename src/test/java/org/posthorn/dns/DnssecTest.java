package org.posthorn.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.posthorn.Await;
import org.posthorn.dns.Answer.Reason;
import org.posthorn.dns.ZoneServer.Behaviour;
import org.posthorn.dns.ZoneSigner.Algorithm;
import org.posthorn.dns.ZoneSigner.Way;

/// Answers of signed zones, of those that are not, and of those that somebody has tampered with
/// (RFC 4035 §5).
class DnssecTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private static final String ZONE =
      """
      safe.test.           300 IN SOA ns.safe.test. admin.safe.test. 1 600 600 600 90
      safe.test.           300 IN MX 10 mx.safe.test.
      mx.safe.test.        300 IN A 192.0.2.1
      _25._tcp.mx.safe.test. 300 IN TLSA 3 1 1 0a0b
      alias.safe.test.     300 IN CNAME mx.safe.test.
      out.safe.test.       300 IN CNAME www.open.test.
      abroad.safe.test.    300 IN CNAME mx.other.test.
      astray.safe.test.    300 IN CNAME nothing.safe.test.
      deep.below.safe.test. 300 IN A 192.0.2.4
      *.wild.safe.test.    300 IN A 192.0.2.5
      near.wild.safe.test. 300 IN TXT "nearer"
      *.calias.safe.test.  300 IN CNAME mx.safe.test.
      moved.safe.test.     300 IN DNAME other.test.
      other.test.          300 IN SOA ns.other.test. admin.other.test. 1 600 600 600 90
      mx.other.test.       300 IN A 192.0.2.2
      open.test.           300 IN SOA ns.open.test. admin.open.test. 1 600 600 600 90
      open.test.           300 IN MX 10 mx.open.test.
      www.open.test.       300 IN A 192.0.2.3
      in.open.test.        300 IN CNAME mx.safe.test.
      test.                300 IN SOA ns.test. admin.test. 1 600 600 600 90
      """;

  private final AtomicLong clock = new AtomicLong();
  private ZoneServer server;

  @BeforeEach
  void start() throws IOException {
    server = new ZoneServer().zone(ZONE).sign().unsign("open.test");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private DnsResolver resolver() {
    return resolver(server.trustAnchor());
  }

  private DnsResolver resolver(String anchors, String... unsigned) {
    try {
      var validation = new DnsConfig.Validation(TrustAnchors.parse(anchors), List.of(unsigned));
      return new DnsResolver(
          new DnsConfig(List.of(server.address()), PATIENT, PATIENT, validation),
          clock::get,
          InstantSource.system());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void isFound(Answer<?> answer, Security security) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    assertThat(((Answer.Found<?>) answer).security()).isEqualTo(security);
  }

  private static void isBogus(Answer<?> answer) {
    assertThat(answer)
        .isInstanceOfSatisfying(
            Answer.Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.BOGUS));
  }

  private static List<Way> ways() {
    return List.of(
        Way.NSEC,
        Way.NSEC3,
        Way.NSEC3.iterated(7),
        Way.NSEC.with(Algorithm.RSA),
        Way.NSEC.with(Algorithm.P384),
        Way.NSEC3.with(Algorithm.ED25519));
  }

  /// All zones in one way of signing.
  private void signAll(Way way) {
    for (String apex : List.of("safe.test", "other.test", "test", ".")) {
      server.sign(apex, way);
    }
  }

  @ParameterizedTest
  @MethodSource("ways")
  void whatIsSignedIsSecure(Way way) {
    signAll(way);
    var resolver = resolver();
    isFound(resolver.mx("safe.test"), Security.SECURE);
    isFound(resolver.ipv4("mx.safe.test"), Security.SECURE);
    isFound(resolver.tlsa("_25._tcp.mx.safe.test"), Security.SECURE);
    assertThat(resolver.validates()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void thatThereIsNothingIsProven(Way way) {
    signAll(way);
    var resolver = resolver();
    assertThat(resolver.ipv4("no.safe.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.SECURE));
    assertThat(resolver.ipv4("no.such.name.safe.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.SECURE));
    assertThat(resolver.mx("mx.safe.test")).isEqualTo(new Answer.Absent<>(true, Security.SECURE));
    assertThat(resolver.txt("safe.test")).isEqualTo(new Answer.Absent<>(true, Security.SECURE));
    assertThat(resolver.ipv4("below.safe.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.SECURE));
    assertThat(resolver.mx("any.wild.safe.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.SECURE));
    assertThat(resolver.ipv4("astray.safe.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.SECURE));
    assertThat(resolver.mx("nowhere.example"))
        .isEqualTo(new Answer.Absent<>(false, Security.SECURE));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void wildcardsAreSecure(Way way) {
    signAll(way);
    var resolver = resolver();
    isFound(resolver.ipv4("any.wild.safe.test"), Security.SECURE);
    isFound(resolver.ipv4("a.b.wild.safe.test"), Security.SECURE);
    isFound(resolver.ipv4("x.calias.safe.test"), Security.SECURE);
    assertThat(resolver.ipv4("near.wild.safe.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.SECURE));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void anUnsignedZoneBelowIsInsecure(Way way) {
    signAll(way);
    var resolver = resolver();
    isFound(resolver.mx("open.test"), Security.INSECURE);
    isFound(resolver.ipv4("www.open.test"), Security.INSECURE);
    assertThat(resolver.ipv4("no.open.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.INSECURE));
    assertThat(resolver.txt("www.open.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.INSECURE));
  }

  @Test
  void aChainIsSecureIfAllOfItIs() {
    var resolver = resolver();
    isFound(resolver.ipv4("alias.safe.test"), Security.SECURE);
    isFound(resolver.ipv4("abroad.safe.test"), Security.SECURE);
    isFound(resolver.ipv4("mx.moved.safe.test"), Security.SECURE);
    isFound(resolver.ipv4("out.safe.test"), Security.INSECURE);
    isFound(resolver.ipv4("in.open.test"), Security.INSECURE);
  }

  @ParameterizedTest
  @EnumSource(names = {"BROKEN_SIGNATURE", "EXPIRED_SIGNATURE", "EARLY_SIGNATURE", "NO_SIGNATURE"})
  void whatIsNotSignedAsItShouldIsBogus(Behaviour flaw) {
    server.misbehave("mx.safe.test", flaw).misbehave("no.safe.test", flaw);
    var resolver = resolver();
    isBogus(resolver.ipv4("mx.safe.test"));
    isBogus(resolver.mx("mx.safe.test"));
    isBogus(resolver.ipv4("no.safe.test"));
    isBogus(resolver.ipv4("alias.safe.test"));
    isFound(resolver.mx("safe.test"), Security.SECURE);
  }

  @ParameterizedTest
  @EnumSource(names = {"BROKEN_SIGNATURE", "EXPIRED_SIGNATURE", "EARLY_SIGNATURE", "NO_SIGNATURE"})
  void belowABrokenZoneAllIsBogus(Behaviour flaw) {
    server.misbehave("safe.test", flaw);
    var resolver = resolver();
    isBogus(resolver.ipv4("mx.safe.test"));
    isBogus(resolver.ipv4("no.safe.test"));
    isFound(resolver.ipv4("mx.other.test"), Security.SECURE);
  }

  @Test
  void whatIsDeniedWithoutProofIsBogus() {
    server
        .misbehave("no.safe.test", Behaviour.NO_PROOF)
        .misbehave("any.wild.safe.test", Behaviour.NO_PROOF);
    var resolver = resolver();
    isBogus(resolver.ipv4("no.safe.test"));
    isBogus(resolver.ipv4("any.wild.safe.test"));
  }

  @Test
  void thatAZoneIsUnsignedMustBeProven() {
    server.misbehave("open.test", Behaviour.NO_PROOF);
    isBogus(resolver().ipv4("www.open.test"));
    server.misbehave("open.test", Behaviour.NO_SIGNATURE);
    isBogus(resolver().ipv4("www.open.test"));
  }

  @Test
  void keysOfAnotherZoneAreNotBelieved() {
    server.sign("safe.test", Way.NSEC);
    String before = server.trustAnchor("safe.test");
    server.sign("safe.test", Way.NSEC);
    isBogus(resolver(before).ipv4("mx.safe.test"));
    isFound(resolver(server.trustAnchor("safe.test")).ipv4("mx.safe.test"), Security.SECURE);
  }

  @Test
  void aboveTheAnchorNothingIsValidated() {
    var resolver = resolver(server.trustAnchor("safe.test"));
    isFound(resolver.ipv4("mx.safe.test"), Security.SECURE);
    isFound(resolver.ipv4("mx.other.test"), Security.INSECURE);
    server.misbehave("mx.safe.test", Behaviour.NO_SIGNATURE);
    clock.addAndGet(Duration.ofDays(2).toNanos());
    isBogus(resolver.ipv4("mx.safe.test"));
  }

  @Test
  void privateNamesNeedNoSignature() {
    server.zone(
        """
        mail.corp.          300 IN A 192.0.2.9
        mail.home.arpa.     300 IN A 192.0.2.9
        9.2.0.10.in-addr.arpa. 300 IN PTR mail.corp.
        """);
    server.misbehave("mail.corp", Behaviour.NO_SIGNATURE);
    server.misbehave("mail.home.arpa", Behaviour.NO_SIGNATURE);
    server.misbehave("9.2.0.10.in-addr.arpa", Behaviour.NO_SIGNATURE);
    var resolver = resolver(server.trustAnchor(), "corp");
    isFound(resolver.ipv4("mail.corp"), Security.INSECURE);
    isFound(resolver.ipv4("mail.home.arpa"), Security.INSECURE);
    isFound(resolver.names(java.net.InetAddress.ofLiteral("10.0.2.9")), Security.INSECURE);
    isBogus(resolver().ipv4("mail.corp"));
  }

  @Test
  void optedOutDelegationsAreInsecureAndTheRestOfTheZoneIsNot() {
    server.sign("test", Way.OPT_OUT).sign(".", Way.NSEC);
    var resolver = resolver();
    isFound(resolver.mx("open.test"), Security.INSECURE);
    isFound(resolver.mx("safe.test"), Security.SECURE);
    // RFC 5155 §9.2: there may be an unsigned delegation of that name.
    assertThat(resolver.mx("nobody.test")).isEqualTo(new Answer.Absent<>(false, Security.INSECURE));
  }

  @Test
  void hashesThatCostTooMuchProveNothing() {
    server.sign("safe.test", Way.NSEC3.iterated(Nsec3Denial.ITERATIONS_MAX + 1));
    var resolver = resolver();
    isFound(resolver.ipv4("mx.safe.test"), Security.SECURE);
    assertThat(resolver.ipv4("no.safe.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.INSECURE)); // RFC 9276 §3.2
    server.sign("safe.test", Way.NSEC3.iterated(Nsec3Denial.ITERATIONS_MAX));
    assertThat(resolver().ipv4("no.safe.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.SECURE));
  }

  @Test
  void keysAreAskedForOnce() {
    var resolver = resolver();
    resolver.ipv4("mx.safe.test");
    long before = server.questions().size();
    resolver.mx("safe.test");
    resolver.ipv4("no.safe.test");
    assertThat(server.questions()).hasSize((int) before + 2);
    resolver.ipv4("www.open.test");
    before = server.questions().size();
    resolver.mx("open.test");
    resolver.ipv4("no.open.test");
    assertThat(server.questions()).hasSize((int) before + 2);
    clock.addAndGet(Duration.ofMinutes(6).toNanos());
    resolver.ipv4("mx.safe.test");
    assertThat(server.questions().stream().filter(q -> q.endsWith("dnskey safe.test"))).hasSize(2);
  }

  @Test
  void nobodyIsToldThatSomethingIsValidated() {
    server.zone("ad.open.test. 60 IN A 192.0.2.7").misbehave("ad.open.test", Behaviour.SAYS_AD);
    server.misbehave("mx.safe.test", Behaviour.SAYS_AD);
    isFound(resolver().ipv4("ad.open.test"), Security.INSECURE);
    isBogus(resolver().ipv4("mx.safe.test"));
  }

  @Test
  void serversThatStripSignaturesAreFoundOut() {
    server.strip(true);
    var resolver = resolver();
    isFound(resolver.mx("safe.test"), Security.INSECURE);
    assertThat(resolver.validates()).isFalse();
    assertThat(resolver.ipv4("no.safe.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.INSECURE));
    server.strip(false);
    isFound(resolver.ipv4("mx.safe.test"), Security.INSECURE);
    clock.addAndGet(Duration.ofMinutes(61).toNanos());
    Await.until(() -> {
      resolver.ipv4("mx.safe.test");
      return resolver.validates();
    });
    isFound(resolver.mx("safe.test"), Security.SECURE);
    isFound(resolver.ipv4("mx.safe.test"), Security.SECURE);
  }

  @Test
  void signaturesThatDisappearAreMissed() {
    var resolver = resolver();
    isFound(resolver.mx("safe.test"), Security.SECURE);
    server.strip(true);
    isBogus(resolver.ipv4("mx.safe.test"));
    clock.addAndGet(Duration.ofMinutes(61).toNanos());
    int before = rootKeys();
    isBogus(resolver.ipv4("mx.other.test"));
    Await.until(() -> rootKeys() > before);
    isBogus(resolver.mx("safe.test"));
    clock.addAndGet(Duration.ofMinutes(61).toNanos());
    Await.until(() -> {
      resolver.ipv4("mx.other.test");
      return !resolver.validates();
    });
    isFound(resolver.mx("safe.test"), Security.INSECURE);
  }

  private int rootKeys() {
    return (int) server.questions().stream().filter(q -> q.endsWith("dnskey .")).count();
  }

  @Test
  void whoKnowsNothingOfKeysIsAskedWithoutThem() throws IOException {
    server.misbehave(".", Behaviour.REFUSED);
    var resolver = resolver();
    isFound(resolver.mx("safe.test"), Security.INSECURE);
    assertThat(resolver.validates()).isFalse();
  }

  @Test
  void itCanBeSwitchedOff() {
    var resolver =
        new DnsResolver(
            new DnsConfig(List.of(server.address()), PATIENT, PATIENT, null),
            clock::get,
            InstantSource.system());
    server.misbehave("mx.safe.test", Behaviour.BROKEN_SIGNATURE);
    isFound(resolver.ipv4("mx.safe.test"), Security.INSECURE);
    assertThat(resolver.validates()).isFalse();
    assertThat(server.questions()).hasSize(1);
  }

  @Test
  void theAnchorsOfTheInternetAreBuiltIn() throws IOException {
    assertThat(TrustAnchors.ofTheInternet().at(org.xbill.DNS.Name.root)).hasSize(2);
  }
}
