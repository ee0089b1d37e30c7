package org.posthorn.trust.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.DnsConfig;
import org.posthorn.dns.DnsResolver;
import org.posthorn.dns.Resolver;
import org.posthorn.dns.ZoneServer;
import org.posthorn.dns.Zones;

/// Lists as RFC 5782 has them, and as they are when something is wrong with them.
class DnsListTest {
  private final Zones zones = new Zones();

  private DnsList list(ListSettings settings) {
    DnsList list = new DnsList(settings, zones);
    list.check();
    return list;
  }

  private DnsList blocking() {
    zones.address("2.0.0.127.bl.test", "127.0.0.2");
    return list(ListSettings.blocking("bl.test"));
  }

  private DnsList coded(String... codes) {
    zones.address("2.0.0.127.bl.test", "127.0.0.2");
    return list(
        new ListSettings(
            "bl.test",
            "bl.test",
            ListSettings.Of.HOSTS,
            ListCodes.parse(List.of(codes)),
            true,
            ListSettings.TEST_HOST));
  }

  private static ListAnswer ask(DnsList list, String address) {
    return list.host(InetAddress.ofLiteral(address));
  }

  @Test
  void ipv4() {
    // RFC 5782 §2.1
    DnsList list = blocking();
    zones.address("99.2.0.192.bl.test", "127.0.0.2").txt("99.2.0.192.bl.test", "Spam source");
    assertThat(ask(list, "192.0.2.99"))
        .isEqualTo(
            new ListAnswer.Listed(
                new ListHit(
                    "bl.test", ListHit.Kind.BLOCK, "192.0.2.99", "127.0.0.2", "Spam source")));
    assertThat(ask(list, "192.0.2.98")).isEqualTo(new ListAnswer.NotListed());
  }

  @Test
  void ipv6() {
    // RFC 5782 §2.4, its example with the zone of this test
    DnsList list = blocking();
    zones.address(
        "b.a.9.8.7.6.5.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.bl.test", "127.0.0.2");
    assertThat(ask(list, "2001:db8:1:2:3:4:567:89ab")).isInstanceOf(ListAnswer.Listed.class);
    assertThat(ask(list, "2001:db8:1:2:3:4:567:89ac")).isInstanceOf(ListAnswer.NotListed.class);
  }

  @Test
  void domains() {
    // RFC 5782 §4
    zones.address("test.dbl.test", "127.0.0.2").address("bad.example.dbl.test", "127.0.0.2");
    DnsList list = list(ListSettings.ofDomains("dbl.test"));
    assertThat(list.domain("bad.example")).isInstanceOf(ListAnswer.Listed.class);
    assertThat(list.domain("good.example")).isInstanceOf(ListAnswer.NotListed.class);
    assertThat(list.domain("no name")).isInstanceOf(ListAnswer.NotListed.class);
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.2, BLOCK",
    "127.0.0.4, BLOCK",
    "127.0.0.5, ",
    "127.0.0.10, WEAK",
    "127.0.0.12, ",
    "127.0.7.3, WELCOME",
    "127.0.7.4, ",
    "127.1.0.9, BLOCK",
    "127.1.0.1, ",
  })
  void codesHaveMeanings(String code, ListHit.Kind kind) {
    DnsList list =
        coded(
            "127.0.0.2-4 block",
            "127.0.0.10-11 weak",
            "127.0.0.12 ignore",
            "127.0.*.1-3 welcome",
            "127.1.0.&8 block");
    zones.address("1.2.0.192.bl.test", code);
    ListAnswer answer = ask(list, "192.0.2.1");
    if (kind == null) {
      assertThat(answer).isInstanceOf(ListAnswer.NotListed.class);
    } else {
      assertThat(((ListAnswer.Listed) answer).hit().kind()).isEqualTo(kind);
    }
  }

  @Test
  void theWorstOfSeveralCodesCounts() {
    DnsList list = coded("127.0.0.2 block", "127.0.0.3 weak");
    zones.address("1.2.0.192.bl.test", "127.0.0.9").address("1.2.0.192.bl.test", "127.0.0.3");
    zones.address("1.2.0.192.bl.test", "127.0.0.2");
    assertThat(((ListAnswer.Listed) ask(list, "192.0.2.1")).hit().code()).isEqualTo("127.0.0.2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.2", "127.0.0 block", "127.0.0.2.1 block", "127.0.0.256 block", "x.0.0.2 block",
        "127.0.0.2 bad", "127.0.0.-1 block", "127.0.0. block", "127.0.0.& block", ""
      })
  void whatIsNoRuleIsNamed(String text) {
    assertThatThrownBy(() -> ListCodes.parse(List.of(text)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.255.255.252", "127.255.255.254", "127.0.0.1", "203.0.113.5"})
  void errorsOfListsAreNoAnswers(String code) {
    DnsList list = blocking();
    zones.address("1.2.0.192.bl.test", "127.0.0.2").address("1.2.0.192.bl.test", code);
    assertThat(ask(list, "192.0.2.1"))
        .isEqualTo(new ListAnswer.NoAnswer("bl.test answers " + code));
  }

  @Test
  void aFailureIsNoAnswer() {
    DnsList list = blocking();
    zones.breaks("1.2.0.192.bl.test", Answer.Reason.SERVER_FAILURE);
    assertThat(ask(list, "192.0.2.1")).isEqualTo(new ListAnswer.NoAnswer("made to fail"));
  }

  @Test
  void textIsMadePlainAndShort() {
    DnsList list = blocking();
    zones.address("1.2.0.192.bl.test", "127.0.0.2");
    zones.txt("1.2.0.192.bl.test", "a\r\n250 ok\u00e4\u001b" + "x".repeat(60_000));
    assertThat(((ListAnswer.Listed) ask(list, "192.0.2.1")).hit().text())
        .startsWith("a??250 ok??xxx")
        .hasSize(200);
  }

  // --- lists that do not work (RFC 5782 §5)

  @Test
  void aListIsNotAskedBeforeItWasTried() {
    zones.address("2.0.0.127.bl.test", "127.0.0.2").address("1.2.0.192.bl.test", "127.0.0.2");
    DnsList list = new DnsList(ListSettings.blocking("bl.test"), zones);
    assertThat(ask(list, "192.0.2.1")).isInstanceOf(ListAnswer.NoAnswer.class);
    assertThat(list.check()).isTrue();
    assertThat(ask(list, "192.0.2.1")).isInstanceOf(ListAnswer.Listed.class);
  }

  @Test
  void aListWithoutItsTestEntryIsNotAsked() {
    zones.address("1.2.0.192.bl.test", "127.0.0.2");
    assertThat(list(ListSettings.blocking("bl.test")).works()).isFalse();
  }

  @Test
  void aListThatRefusesUsIsNotAsked() {
    zones.address("2.0.0.127.bl.test", "127.255.255.254");
    assertThat(list(ListSettings.blocking("bl.test")).works()).isFalse();
  }

  @Test
  void aListThatListsEverybodyIsNotAsked() {
    zones.address("2.0.0.127.bl.test", "127.0.0.2").address("1.0.0.127.bl.test", "127.0.0.2");
    assertThat(list(ListSettings.blocking("bl.test")).works()).isFalse();
    zones.address("test.dbl.test", "127.0.0.2").address("invalid.dbl.test", "127.0.0.2");
    assertThat(list(ListSettings.ofDomains("dbl.test")).works()).isFalse();
  }

  @Test
  void aListThatStopsIsNotAskedAnyMore() {
    DnsList list = blocking();
    assertThat(list.works()).isTrue();
    zones.breaks("2.0.0.127.bl.test", Answer.Reason.TIMEOUT);
    assertThat(list.check()).isFalse();
    assertThat(ask(list, "192.0.2.1")).isInstanceOf(ListAnswer.NoAnswer.class);
    zones.mends("2.0.0.127.bl.test");
    assertThat(list.check()).isTrue();
  }

  @Test
  void aListOfIpv6AddressesHasAnotherTestEntry() {
    // RFC 5782 §5: ::FFFF:7F00:2
    zones.address(
        "2.0.0.0.0.0.f.7.f.f.f.f.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.six.test", "127.0.0.2");
    assertThat(list(ListSettings.blocking("six.test")).works()).isTrue();
  }

  @Test
  void whoWantsNoTestHasNone() {
    ListSettings untested =
        new ListSettings(
            "x", "x.test", ListSettings.Of.DOMAINS, ListCodes.all(ListHit.Kind.WEAK), false, "");
    assertThat(list(untested).works()).isTrue();
  }

  // --- several

  @Test
  void everyListIsAskedAboutEveryDomain() {
    zones.address("test.a.test", "127.0.0.2").address("test.b.test", "127.0.0.2");
    zones.address("bad.example.a.test", "127.0.0.2").address("bad.example.b.test", "127.0.0.2");
    zones.address("worse.example.b.test", "127.0.0.2");
    zones.address("1.2.0.192.a.test", "127.0.0.2");
    DomainLists lists =
        new DomainLists(
            List.of(
                list(ListSettings.ofDomains("a.test")),
                list(ListSettings.ofDomains("b.test")),
                blocking()),
            Duration.ofSeconds(20),
            () -> 0);
    assertThat(
            lists.lookup(
                List.of(
                    "Bad.Example",
                    "bad.example",
                    "worse.example",
                    "good.example",
                    "[192.0.2.1]",
                    "192.0.2.1",
                    "",
                    "word",
                    ".example",
                    "example.")))
        .extracting(h -> h.list() + " " + h.subject())
        .containsExactly("a.test bad.example", "b.test bad.example", "b.test worse.example");
  }

  @Test
  void overTheWire() throws Exception {
    try (ZoneServer server = new ZoneServer()) {
      server.zone(
          """
          2.0.0.127.bl.test. 60 A 127.0.0.2
          99.2.0.192.bl.test. 60 A 127.0.0.2
          99.2.0.192.bl.test. 60 TXT "Listed"
          """);
      Resolver resolver = new DnsResolver(DnsConfig.of(List.of(server.address())), () -> 0);
      DnsList list = new DnsList(ListSettings.blocking("bl.test"), resolver);
      assertThat(list.check()).isTrue();
      assertThat(ask(list, "192.0.2.99")).isInstanceOf(ListAnswer.Listed.class);
      assertThat(ask(list, "192.0.2.98")).isInstanceOf(ListAnswer.NotListed.class);
    }
  }
}
