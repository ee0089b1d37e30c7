package org.posthorn.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
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
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

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
    isFound(resolver.names(InetAddress.ofLiteral("10.0.2.9")), Security.INSECURE);
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

  /// CVE-2023-50387: keys of one tag, and as many signatures of theirs that do not fit.
  @Test
  void keysAndSignaturesAreTriedUpToABound() {
    Name zone = Name.fromConstantString("trap.test.");
    List<DNSKEYRecord> keys = new ArrayList<>();
    for (int i = 0; keys.size() < 30; i++) {
      byte[] moved = new byte[64]; // an octet that changes its place leaves the tag as it is
      moved[i * 2 % 64] = 7;
      keys.add(new DNSKEYRecord(zone, DClass.IN, 300, 0x100, 3, 13, moved));
    }
    assertThat(keys)
        .extracting(DNSKEYRecord::getFootprint)
        .containsOnly(keys.getFirst().getFootprint());
    var a = new ARecord(zone, DClass.IN, 300, InetAddress.ofLiteral("192.0.2.1"));
    List<Record> section = new ArrayList<>(List.of(a));
    Instant now = Instant.ofEpochSecond(1_000_000);
    for (int i = 0; i < 100; i++) {
      byte[] signature = new byte[64];
      signature[0] = (byte) i;
      section.add(
          new RRSIGRecord(
              zone,
              DClass.IN,
              300,
              Type.A,
              13,
              300,
              now.plusSeconds(1000),
              now.minusSeconds(1000),
              keys.getFirst().getFootprint(),
              zone,
              signature));
    }
    var work = new Work(0);
    SignedSet set = SignedSet.of(section, zone, Type.A);
    assertThat(Signatures.check(set, zone, keys, now, work))
        .isInstanceOf(Signatures.Checked.Bad.class);
    assertThat(60 - left(work)).isEqualTo(16); // eight signatures, two keys
    assertThat(Signatures.check(set, zone, keys, now, work))
        .isInstanceOf(Signatures.Checked.Bad.class);
    assertThat(work.exceeded()).isTrue();
  }

  private static int left(Work work) {
    int left = 0;
    while (work.verification()) {
      left++;
    }
    return left;
  }

  /// CVE-2023-50868: as many names to hash as a name has labels.
  @Test
  void namesAreHashedUpToABound() {
    server.sign("safe.test", Way.NSEC3.iterated(Nsec3Denial.ITERATIONS_MAX));
    String deep = "a.".repeat(100) + "safe.test";
    assertThat(resolver().ipv4(deep)).isEqualTo(new Answer.Absent<>(false, Security.SECURE));
    var work = new Work(0);
    int hashed = 0;
    while (work.hash()) {
      hashed++;
    }
    assertThat(hashed).isLessThan(200);
  }

  @Test
  void controlCharactersReachNoText() {
    server
        .zone("odd.safe.test. 300 IN CNAME evil\\010\\027[2Jname.safe.test.")
        .zone("odd.safe.test. 300 IN TXT \"a\\000\\010b\"")
        .zone("mxs.safe.test. 300 IN MX 10 evil\\010name.safe.test.");
    server.misbehave("safe.test", Behaviour.BROKEN_SIGNATURE);
    var resolver = resolver();
    for (Answer<?> answer : List.of(resolver.ipv4("odd.safe.test"), resolver.mx("mxs.safe.test"))) {
      assertThat(answer).isInstanceOf(Answer.Failed.class);
      assertThat(((Answer.Failed<?>) answer).text()).matches("[ -~]+");
    }
    server.behave("safe.test");
    for (Answer<?> answer :
        List.of(resolver().ipv4("odd.safe.test"), resolver().mx("mxs.safe.test"))) {
      switch (answer) {
        case Answer.Failed<?> f -> assertThat(f.text()).matches("[ -~]+");
        case Answer.Absent<?> a -> assertThat(a.nameExists()).isFalse();
        case Answer.Found<?> f -> throw new AssertionError(f);
      }
    }
  }

  @Test
  void theAnchorsOfTheInternetAreBuiltIn() throws IOException {
    assertThat(TrustAnchors.ofTheInternet().at(Name.root)).hasSize(2);
  }
}
