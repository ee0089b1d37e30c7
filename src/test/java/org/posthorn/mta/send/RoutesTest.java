package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.send.OutboundConfig.Ipv6;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.TlsUse;

/// Where mail goes, for each thing that the names of the world may say.
class RoutesTest {
  private static final String SIX = "2a00::25";

  private final Zones zones = new Zones();
  private final AtomicLong clock = new AtomicLong();
  private OutboundConfig config = OutboundConfig.direct("mail.here.test");
  private InetAddress source = null; // of IPv6

  private Routes routes() {
    return new Routes(config, zones, guards(), clock::get, target -> source, new Random(7));
  }

  private Guards guards() {
    return new Guards(zones, null, () -> Instant.EPOCH, TlsResults.NOBODY);
  }

  private Route find(String domain) {
    return find(new Destination.Domain(domain), "sender.test");
  }

  private Route find(Destination to, String sender) {
    String recipient = to instanceof Destination.Domain d ? d.domain() : "example.test";
    return routes().find(to, sender, recipient);
  }

  private static Route.Hosts hosts(Route route) {
    assertThat(route).isInstanceOf(Route.Hosts.class);
    return (Route.Hosts) route;
  }

  private static TlsUse use(Route.Hosts route) {
    return route.hops().getFirst().guard().use();
  }

  private static List<String> shown(Route route) {
    return hosts(route).endpoints().stream().map(Endpoint::toString).toList();
  }

  private static void assertFails(Route route, String status) {
    assertThat(route).isInstanceOf(Route.Ended.class);
    assertThat(((Route.Ended) route).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.problem().status()).isEqualTo(status));
  }

  private static void assertWaits(Route route, String status) {
    assertThat(route).isInstanceOf(Route.Ended.class);
    assertThat(((Route.Ended) route).outcome())
        .isInstanceOfSatisfying(
            Outcome.Deferred.class, d -> assertThat(d.problem().status()).isEqualTo(status));
  }

  @Test
  void hostsAreTriedByPreference() {
    zones.mx("example.test", 20, "b.test").mx("example.test", 10, "a.test");
    zones.address("a.test", "45.0.0.1").address("b.test", "45.0.0.2").address("b.test", "45.0.0.3");
    Route.Hosts route = hosts(find("example.test"));
    assertThat(shown(route))
        .containsExactly("a.test [45.0.0.1]", "b.test [45.0.0.2]", "b.test [45.0.0.3]");
    assertThat(route.smarthost()).isFalse();
    assertThat(route.domain()).isEqualTo("example.test");
    assertThat(use(route)).isEqualTo(TlsUse.IF_OFFERED);
    assertThat(route.login()).isNull();
  }

  /// RFC 5321 §5.1: the client must randomize equals.
  @Test
  void equalsComeInRandomOrder() {
    for (String host : List.of("a", "b", "c")) {
      zones.mx("example.test", 10, host + ".test").address(host + ".test", "45.0.0.1");
    }
    zones.mx("example.test", 5, "first.test").address("first.test", "45.0.0.9");
    Routes routes = routes();
    Set<String> seconds = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      var to = new Destination.Domain("example.test");
      List<Endpoint> endpoints = hosts(routes.find(to, "", "example.test")).endpoints();
      assertThat(endpoints.getFirst().name()).isEqualTo("first.test");
      seconds.add(endpoints.get(1).name());
    }
    assertThat(seconds).containsExactlyInAnyOrder("a.test", "b.test", "c.test");
  }

  @Test
  void aDomainWithoutMxIsItsOwnHost() {
    zones.address("example.test", "45.0.0.1");
    assertThat(shown(find("example.test"))).containsExactly("example.test [45.0.0.1]");
  }

  /// RFC 5321 §5.1: addresses of the domain itself do not count where there is an MX.
  @Test
  void aDomainWithMxIsNotItsOwnHost() {
    zones.mx("example.test", 10, "gone.test").address("example.test", "45.0.0.1");
    assertFails(find("example.test"), "5.4.4");
  }

  @Test
  void nullMxMeansNoMail() {
    zones.mx("example.test", 0, "").address("example.test", "45.0.0.1");
    assertFails(find("example.test"), "5.1.10");
  }

  /// RFC 7505 §3: a null MX among others says nothing.
  @Test
  void nullMxBesideOthersIsPassedOver() {
    zones.mx("example.test", 0, "").mx("example.test", 10, "a.test");
    zones.address("a.test", "45.0.0.1");
    assertThat(shown(find("example.test"))).containsExactly("a.test [45.0.0.1]");
  }

  @Test
  void nothingThereIsForEver() {
    assertFails(find("nowhere.test"), "5.1.2");
    zones.txt("example.test", "a name without a server");
    assertFails(find("example.test"), "5.4.4");
  }

  @ParameterizedTest
  @EnumSource
  void whatNameServersDoNotTellIsForLater(Answer.Reason reason) {
    zones.breaks("example.test", reason);
    assertWaits(find("example.test"), "4.4.3");
    zones.mx("other.test", 10, "a.test").breaks("a.test", reason);
    assertWaits(find("other.test"), "4.4.3");
    // Also where the rest would be for ever.
    zones.mx("other.test", 20, "nowhere.test").mx("other.test", 30, "inside.test");
    zones.mx("other.test", 40, "mail.here.test").address("inside.test", "10.0.0.1");
    assertWaits(find("other.test"), "4.4.3");
  }

  @Test
  void oneHostThatIsNotFoundDoesNotMatter() {
    zones.mx("example.test", 10, "a.test").mx("example.test", 20, "b.test");
    zones.breaks("a.test", Answer.Reason.TIMEOUT).address("b.test", "45.0.0.2");
    assertThat(shown(find("example.test"))).containsExactly("b.test [45.0.0.2]");
  }

  /// RFC 5321 §5.1: we, our equals and all behind us are no way.
  @ParameterizedTest
  @ValueSource(strings = {"mail.here.test", "by-address.test"})
  void neitherToOurselvesNorBehindUs(String us) {
    config = config.withOwn(Set.of("mail.here.test"), Set.of(door("45.0.0.99", 25)));
    zones.address("by-address.test", "45.0.0.99").address("mail.here.test", "45.0.0.98");
    zones.mx("example.test", 10, "a.test").address("a.test", "45.0.0.1");
    zones.mx("example.test", 20, "equal.test").address("equal.test", "45.0.0.2");
    zones.mx("example.test", 20, us);
    zones.mx("example.test", 30, "behind.test").address("behind.test", "45.0.0.3");
    assertThat(shown(find("example.test"))).containsExactly("a.test [45.0.0.1]");
  }

  @Test
  void whatLeadsBackToUsAloneIsForEver() {
    config = config.withOwn(Set.of("mail.here.test"), Set.of(door("45.0.0.99", 25)));
    zones.mx("a.test", 10, "mail.here.test");
    assertFails(find("a.test"), "5.4.6");
    zones.address("b.test", "45.0.0.99");
    assertFails(find("b.test"), "5.4.6");
    assertFails(find("[45.0.0.99]"), "5.4.6");
  }

  /// Two servers on one machine, as in tests.
  @Test
  void anotherPortOfThisMachineIsSomebodyElse() {
    config =
        config
            .withAllowPrivate(true)
            .withPort(2025)
            .withOwn(Set.of("localhost"), Set.of(door("127.0.0.1", 1025)));
    zones.mx("example.test", 10, "localhost");
    assertThat(shown(find("example.test"))).containsExactly("localhost [127.0.0.1]:2025");
    config = config.withPort(1025);
    assertFails(find("example.test"), "5.4.6");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",
        "0.1.2.3",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.1.1",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::1",
        "fe80::1",
        "fec0::1",
        "fc00::1",
        "fd12:3456::1",
        "ff02::1",
        "2001:db8::1"
      })
  void neverToAddressesThatMeanNothingOutside(String address) {
    config = config.withIpv6(Ipv6.ALWAYS);
    zones.mx("example.test", 10, "a.test").address("a.test", address);
    assertFails(find("example.test"), "5.4.4");
    assertFails(find(literal(address)), "5.4.4");
    zones.mx("example.test", 20, "b.test").address("b.test", "45.0.0.1");
    assertThat(shown(find("example.test"))).containsExactly("b.test [45.0.0.1]");
    config = config.withAllowPrivate(true);
    assertThat(shown(find("example.test"))).hasSize(2);
  }

  private static String literal(String address) {
    return address.indexOf(':') < 0 ? "[" + address + "]" : "[ipv6:" + address + "]";
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "172.32.0.1",
        "100.128.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "64:ff9b::2d00:1",
        "2002:2d00:1::1",
        "2a00::1"
      })
  void addressesBesideThoseAreFine(String address) {
    config = config.withIpv6(Ipv6.ALWAYS);
    zones.mx("example.test", 10, "a.test").address("a.test", address);
    assertThat(hosts(find("example.test")).endpoints()).hasSize(1);
    assertThat(hosts(find(literal(address))).endpoints()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"localhost", "a.localhost"})
  void localhostIsThisMachineWhateverTheNamesSay(String host) {
    zones.mx("example.test", 10, host).address(host, "45.0.0.1");
    assertFails(find("example.test"), "5.4.4");
  }

  @Test
  void literalsThatAreNoAddressAreForEver() {
    assertFails(find("[tag:what]"), "5.1.2");
    assertFails(find("[ipv6:zz]"), "5.1.2");
  }

  @Test
  void fiveHundredHostsAreCut() {
    for (int i = 0; i < 500; i++) {
      zones.mx("example.test", 10, "h" + i + ".test").address("h" + i + ".test", "45.0.0.1");
      zones.mx("broken.test", i, "b" + i + ".test");
      zones.address("many.test", "45.0." + i / 250 + "." + i % 250);
    }
    assertThat(hosts(find("example.test")).endpoints()).hasSize(8);
    assertThat(hosts(find("many.test")).endpoints()).hasSize(4);
    zones.breaks("b499.test", Answer.Reason.TIMEOUT);
    assertFails(find("broken.test"), "5.4.4");
  }

  @Test
  void ipv4ComesFirstAndIpv6WhereItIsAllowed() {
    zones.address("example.test", "45.0.0.1").address("example.test", "45.0.0.2");
    zones.address("example.test", SIX);
    config = config.withIpv6(Ipv6.ALWAYS);
    assertThat(shown(find("example.test")))
        .containsExactly(
            "example.test [45.0.0.1]",
            "example.test [2a00:0:0:0:0:0:0:25]",
            "example.test [45.0.0.2]");
    config = config.withIpv6(Ipv6.NEVER);
    assertThat(hosts(find("example.test")).endpoints()).hasSize(2);
  }

  /// Source address, its name, that name's address → whether IPv6 is used.
  @ParameterizedTest
  @CsvSource({
    "2a00::1, mail.here.test, 2a00::1, yes",
    "2a00::1, mail.here.test, 2a00::2, no",
    "2a00::1, mail.here.test, , no",
    "2a00::1, , , no",
    "45.0.0.7, mail.here.test, 45.0.0.7, no",
    ", , , no",
    "2a00::1, unknown, , later",
  })
  void ipv6NeedsANameThatLeadsBack(String from, String name, String back, String expected) {
    zones.address("both.test", "45.0.0.1").address("both.test", SIX);
    zones.address("six.test", SIX);
    source = from == null ? null : InetAddress.ofLiteral(from);
    if (name != null) zones.name(from, name);
    if (back != null) zones.address(name, back);
    zones.breaks("unknown", Answer.Reason.SERVER_FAILURE);
    assertThat(hosts(find("both.test")).endpoints()).hasSize(expected.equals("yes") ? 2 : 1);
    switch (expected) {
      case "yes" -> assertThat(hosts(find("six.test")).endpoints()).hasSize(1);
      case "no" -> assertFails(find("six.test"), "5.4.4");
      default -> assertWaits(find("six.test"), "4.4.3");
    }
  }

  @Test
  void theNameOfOurAddressIsAskedForOnceAnHour() {
    source = InetAddress.ofLiteral("2a00::1");
    zones.address("six.test", SIX);
    Routes routes = routes();
    var to = new Destination.Domain("six.test");
    assertFails(routes.find(to, "", "six.test"), "5.4.4");
    zones.name("2a00::1", "mail.here.test").address("mail.here.test", "2a00::1");
    clock.addAndGet(Duration.ofMinutes(59).toNanos());
    assertFails(routes.find(to, "", "six.test"), "5.4.4");
    clock.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(hosts(routes.find(to, "", "six.test")).endpoints()).hasSize(1);
  }

  @Test
  void theSourceIsThatOfTheSendersDomain() {
    var mine = (Inet4Address) InetAddress.ofLiteral("45.0.0.71");
    var rest = (Inet4Address) InetAddress.ofLiteral("45.0.0.72");
    var six = (Inet6Address) InetAddress.ofLiteral("2a00::72");
    config =
        config
            .withIpv6(Ipv6.ALWAYS)
            .withSources(
                List.of(
                    new Sources(DomainPattern.parse("mine.test"), mine, null),
                    new Sources(DomainPattern.ALL, rest, six)));
    zones.address("example.test", "45.0.0.1").address("example.test", SIX);
    var to = new Destination.Domain("example.test");
    assertThat(sources(find(to, "mine.test"))).containsExactly(mine, null);
    assertThat(sources(find(to, "other.test"))).containsExactly(rest, six);
    assertThat(sources(find(to, ""))).containsExactly(rest, six);
  }

  @Test
  void loopbackIsReachedFromLoopback() {
    var outside = (Inet4Address) InetAddress.ofLiteral("45.0.0.71");
    var inside = (Inet4Address) InetAddress.ofLiteral("127.0.0.12");
    zones.address("example.test", "127.0.0.11");
    config = config.withAllowPrivate(true);
    var to = new Destination.Domain("example.test");
    config = config.withSources(List.of(new Sources(DomainPattern.ALL, outside, null)));
    assertThat(sources(find(to, ""))).containsOnlyNulls();
    config = config.withSources(List.of(new Sources(DomainPattern.ALL, inside, null)));
    assertThat(sources(find(to, ""))).containsExactly(inside);
  }

  private static List<InetAddress> sources(Route route) {
    List<InetAddress> all = new ArrayList<>();
    hosts(route).endpoints().forEach(e -> all.add(e.from()));
    return all;
  }

  @Test
  void someDomainsNeedTls() {
    config =
        config.withRequireTls(
            List.of(DomainPattern.parse("example.test"), DomainPattern.parse("*.safe.test")));
    for (String domain : List.of("example.test", "a.safe.test", "safe.test")) {
      zones.address(domain, "45.0.0.1");
    }
    assertThat(use(hosts(find("example.test")))).isEqualTo(TlsUse.REQUIRED);
    assertThat(use(hosts(find("a.safe.test")))).isEqualTo(TlsUse.REQUIRED);
    assertThat(use(hosts(find("safe.test")))).isEqualTo(TlsUse.IF_OFFERED);
  }

  private static final Login LOGIN = new Login("u", "p", false);

  private static Smarthost smarthost(String sender, String recipient, String host, Login login) {
    return new Smarthost(
        DomainPattern.parse(sender),
        DomainPattern.parse(recipient),
        host,
        587,
        TlsUse.VERIFIED,
        login);
  }

  @Test
  void theFirstSmarthostThatFitsHasIt() {
    config =
        config.withSmarthosts(
            List.of(
                smarthost("mine.test", "*", "a.test", LOGIN),
                smarthost("*", "*.far.test", "b.test", null),
                smarthost("*", "private.test", "10.0.0.1", null)));
    zones.address("a.test", "45.0.0.1").address("b.test", "192.168.1.1");
    zones.address("example.test", "45.0.0.9");
    var to = new Destination.Domain("example.test");

    Route.Hosts route = hosts(find(to, "mine.test"));
    assertThat(shown(route)).containsExactly("a.test [45.0.0.1]:587");
    assertThat(route.smarthost()).isTrue();
    assertThat(route.domain()).isEqualTo("a.test");
    assertThat(route.login()).isEqualTo(LOGIN);
    assertThat(use(route)).isEqualTo(TlsUse.VERIFIED);

    assertThat(shown(find(to, ""))).containsExactly("example.test [45.0.0.9]");
    // What was configured may be a neighbour.
    assertThat(shown(find("x.far.test"))).containsExactly("b.test [192.168.1.1]:587");
    assertThat(shown(find("private.test"))).containsExactly("10.0.0.1 [10.0.0.1]:587");

    assertThat(routes().destination("mine.test", "example.test"))
        .isEqualTo(new Destination.Host("a.test", 587));
    assertThat(routes().destination("", "example.test"))
        .isEqualTo(new Destination.Domain("example.test"));
  }

  @Test
  void aHostThatIsASmarthostIsUsedAsItsRuleSays() {
    var other = new Login("other", "p", false);
    config =
        config.withSmarthosts(
            List.of(
                smarthost("mine.test", "*", "a.test", LOGIN),
                smarthost("other.test", "*", "a.test", other)));
    zones.address("a.test", "45.0.0.1");
    var to = new Destination.Host("A.test", 587);
    assertThat(hosts(find(to, "other.test")).login()).isEqualTo(other);
    assertThat(hosts(find(to, "mine.test")).login()).isEqualTo(LOGIN);
    assertThat(hosts(find(to, "third.test")).login()).isEqualTo(LOGIN);
    Route.Hosts plain = hosts(find(new Destination.Host("a.test", 25), "mine.test"));
    assertThat(plain.login()).isNull();
    assertThat(use(plain)).isEqualTo(TlsUse.IF_OFFERED);
    assertThat(plain.smarthost()).isTrue();
  }

  @Test
  void aHostThatWasNamedByItsAddress() {
    assertThat(shown(find(new Destination.Host("127.0.0.1", 2525), "")))
        .containsExactly("127.0.0.1 [127.0.0.1]:2525");
    assertThat(shown(find(new Destination.Host("[127.0.0.1]", 2525), "")))
        .containsExactly("127.0.0.1 [127.0.0.1]:2525");
    assertThat(shown(find(new Destination.Host("::1", 2525), "")))
        .containsExactly("0:0:0:0:0:0:0:1 [0:0:0:0:0:0:0:1]:2525");
  }

  /// Somebody wrote a wrong name: that is mended by him, and no reason to return mail.
  @Test
  void whatIsWrongWithASmarthostIsForLater() {
    config = config.withOwn(Set.of("mail.here.test"), Set.of(door("45.0.0.99", 25)));
    zones.breaks("broken.test", Answer.Reason.BOGUS).address("us.test", "45.0.0.99");
    for (String host :
        List.of("nowhere.test", "broken.test", "us.test", "mail.here.test", "a b", "")) {
      assertWaits(find(new Destination.Host(host, 25), ""), "4.4.4");
    }
  }

  @Test
  void switchedOffNothingGoes() {
    zones.address("example.test", "45.0.0.1");
    config = config.withEnabled(false);
    assertWaits(find("example.test"), "4.3.2");
  }

  @ParameterizedTest
  @CsvSource({
    "*, example.test, true",
    "*, '', true",
    "example.test, example.test, true",
    "Example.TEST, example.test, true",
    "example.test, a.example.test, false",
    "example.test, '', false",
    "*.example.test, a.example.test, true",
    "*.example.test, a.b.example.test, true",
    "*.example.test, example.test, false",
    "*.example.test, badexample.test, false",
    "*.bücher.test, a.xn--bcher-kva.test, true",
  })
  void patternsOfDomains(String pattern, String domain, boolean fits) {
    assertThat(DomainPattern.parse(pattern).fits(domain)).isEqualTo(fits);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "*.", "**", "a.*", "*.[1.2.3.4]", "a b"})
  void patternsThatAreNone(String pattern) {
    assertThatThrownBy(() -> DomainPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static InetSocketAddress door(String address, int port) {
    return new InetSocketAddress(InetAddress.ofLiteral(address), port);
  }
}
