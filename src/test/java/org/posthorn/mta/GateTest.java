package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.Answer;
import org.posthorn.mta.gate.GateOptions;
import org.posthorn.mta.gate.Policy;
import org.posthorn.mta.judge.Inspector;
import org.posthorn.mta.judge.Judge;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.trace.TraceReader;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.trust.list.ListHit;
import org.posthorn.trust.list.ListSettings;

/// What strangers on port 25 meet, on the wire.
class GateTest {
  private static final GateOptions DEFAULT = GateOptions.DEFAULT;
  private static final Duration LONG = Duration.ofMinutes(1);

  private GuardedHost host = new GuardedHost(DEFAULT);

  @AfterEach
  void checkTheStore() {
    host.close();
  }

  private void guard(GateOptions options) {
    host.close();
    host = new GuardedHost(options);
  }

  private static GateOptions options(Duration greeting, GateOptions.Names names, boolean grey) {
    return new GateOptions(
        true,
        greeting,
        names,
        DEFAULT.rates(),
        DEFAULT.unknownRecipients(),
        DEFAULT.tarpit(),
        new GateOptions.Greylisting(grey, Duration.ofMinutes(5), Duration.ofDays(35)),
        List.of());
  }

  private static GateOptions rates(GateOptions.Rates rates, int unknown) {
    return new GateOptions(
        true,
        Duration.ZERO,
        DEFAULT.names(),
        rates,
        unknown,
        DEFAULT.tarpit(),
        DEFAULT.greylisting(),
        List.of());
  }

  private static GateOptions lists(ListSettings... lists) {
    return new GateOptions(
        true,
        Duration.ZERO,
        DEFAULT.names(),
        DEFAULT.rates(),
        DEFAULT.unknownRecipients(),
        DEFAULT.tarpit(),
        DEFAULT.greylisting(),
        List.of(lists));
  }

  // --- the greeting

  @Test
  void aHostWithANameDoesNotWaitAtAll() {
    // With defaults, but for the delay, so long that the test would fail.
    guard(options(LONG, DEFAULT.names(), true));
    host.gate.prepare();
    SmtpTalk t = host.named().begin();
    t.ask("RCPT TO:<ana@foo.com>", "250 2.1.5").ask("QUIT", "221");
    assertThat(host.gate.counters().delayed.sum()).isZero();
    assertThat(host.gate.counters().greylisted.sum()).isZero();
    assertThat(host.pauses).isEmpty();
  }

  @Test
  void aHostWhoseNameCannotBeLookedUpDoesNotWaitEither() {
    guard(options(LONG, DEFAULT.names(), true));
    host.gate.prepare();
    host.zones.breaks("127.0.0.1", Answer.Reason.TIMEOUT);
    host.begin().ask("RCPT TO:<ana@foo.com>", "250 2.1.5");
  }

  @Test
  void aHostWithoutANameWaitsSilently() {
    guard(options(Duration.ofMillis(20), DEFAULT.names(), false));
    host.begin().ask("RCPT TO:<ana@foo.com>", "250 2.1.5");
    assertThat(host.gate.counters().delayed.sum()).isEqualTo(1);
    assertThat(host.gate.counters().earlyTalkers.sum()).isZero();
  }

  @Test
  void whoSpeaksBeforeTheGreetingIsSentAway() {
    // RFC 5321 §4.3.1
    guard(options(LONG, DEFAULT.names(), false));
    host.knock()
        .say("EHLO bar.com", "MAIL FROM:<>")
        .expectLine("554 5.5.1 mx.foo.com Protocol error: you spoke before the greeting")
        .expectClosed();
    assertThat(host.gate.counters().earlyTalkers.sum()).isEqualTo(1);
  }

  @Test
  void whoGoesWhileHeWaitsIsGone() {
    guard(options(LONG, DEFAULT.names(), false));
    host.knock().close();
    host.mail.hangUp();
    assertThat(host.gate.counters().earlyTalkers.sum()).isZero();
  }

  @Test
  void aHostWhoseMailWasTakenIsNotLookedAtAgain() {
    guard(options(LONG, DEFAULT.names(), false));
    host.named();
    MailHost.send(host.come(), "smith@bar.com", "ana@foo.com", "x");
    host.zones.breaks("client.bar.com", Answer.Reason.TIMEOUT);
    host.come();
    assertThat(host.gate.counters().visits.sum()).isEqualTo(2);
  }

  // --- names

  @ParameterizedTest
  @CsvSource({
    "mx.foo.com, 550 5.7.1 Your host said EHLO mx.foo.com",
    "MX.FOO.COM., 550 5.7.1",
    "[127.0.0.1], 550 5.7.1",
    "127.0.0.1, 550 5.7.1",
    "[IPv6:::ffff:127.0.0.1], 550 5.7.1",
    "192.0.2.1, 550 5.7.1",
    "a..b, 550 5.7.1",
    "-a.b, 550 5.7.1",
    "a$b.c, 550 5.7.1",
    "[1.2.3], 550 5.7.1",
    "bar, 451 4.7.1",
    "bar.com, 250 2.1.5",
    "WIN_SRV.bar.com, 250 2.1.5",
    "[192.0.2.1], 250 2.1.5",
    "[IPv6:2001:db8::1], 250 2.1.5",
  })
  void namesInEhlo(String hello, String reply) {
    host.gate.prepare();
    host.named();
    host.come(hello).ask("MAIL FROM:<smith@bar.com>", "250").ask("RCPT TO:<ana@foo.com>", reply);
  }

  @Test
  void aMissingNameMayBeRefused() {
    guard(
        options(
            Duration.ZERO,
            new GateOptions.Names(Policy.IGNORE, Policy.IGNORE, Policy.IGNORE, Policy.REFUSE),
            false));
    host.begin()
        .ask("RCPT TO:<ana@foo.com>", "550 5.7.25 The address 127.0.0.1 has no name that leads")
        .ask("RCPT TO:<Postmaster>", "250")
        .ask("RCPT TO:<ABUSE@foo.com>", "250");
    host.named().begin().ask("RCPT TO:<ana@foo.com>", "250");
  }

  @Test
  void aNameThatLeadsElsewhereIsNone() {
    guard(
        options(
            Duration.ZERO,
            new GateOptions.Names(Policy.IGNORE, Policy.IGNORE, Policy.IGNORE, Policy.REFUSE),
            false));
    host.zones.name("127.0.0.1", "mail.paypal.test").address("mail.paypal.test", "192.0.2.1");
    host.begin().ask("RCPT TO:<ana@foo.com>", "550 5.7.25");
  }

  // --- rates

  @Test
  void connectionsOfOneHostAreCounted() {
    guard(rates(new GateOptions.Rates(3, 0, 0, 5), 0));
    for (int i = 0; i < 3; i++) {
      host.come();
    }
    host.knock().expectLine("421 4.7.0 mx.foo.com Too many connections").expectClosed();
    host.pass(Duration.ofSeconds(20));
    host.come();
    host.knock().expectLine("421 4.7.0").expectClosed();
    host.pass(Duration.ofMinutes(5));
    host.come();
    assertThat(host.gate.counters().rateLimited.sum()).isEqualTo(2);
  }

  @Test
  void soAreMessagesAndRecipients() {
    guard(rates(new GateOptions.Rates(0, 2, 4, 5), 0));
    host.gate.prepare();
    SmtpTalk t = host.named().begin();
    t.ask("RCPT TO:<ana@foo.com>", "250").ask("RCPT TO:<abuse@foo.com>", "250");
    t.ask("RCPT TO:<ana@bar.com>", "550 5.7.1").ask("RCPT TO:<postmaster>", "250");
    t.ask("RCPT TO:<ana@foo.com>", "450 4.7.1 Too many recipients");
    t.ask("RSET", "250").ask("MAIL FROM:<>", "250").ask("RSET", "250");
    t.ask("MAIL FROM:<>", "450 4.7.1 Too many messages");
    host.pass(Duration.ofMinutes(1));
    t.ask("MAIL FROM:<>", "250").ask("RCPT TO:<ana@foo.com>", "250");
  }

  // --- names that are tried

  @Test
  void whoTriesNamesIsSlowedDownAndThenSentAway() {
    guard(rates(new GateOptions.Rates(0, 0, 0, 5), 10));
    SmtpTalk t = host.named().begin();
    for (int i = 0; i < 10; i++) {
      t.ask("RCPT TO:<user" + i + "@foo.com>", "550 5.1.1");
      assertThat(host.pauses).hasSize(Math.max(0, i - 1));
    }
    t.ask("RCPT TO:<user10@foo.com>", "421 4.7.1 mx.foo.com Too many unknown recipients");
    t.expectClosed();
    assertThat(host.pauses).containsOnly(DEFAULT.tarpit());
    host.knock().expectLine("421 4.7.0 mx.foo.com Your host has tried too many").expectClosed();
    host.pass(Duration.ofMinutes(16));
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
    assertThat(host.gate.counters().unknownRecipients.sum()).isEqualTo(11);
    assertThat(host.gate.counters().closed.sum()).isEqualTo(1);
  }

  @Test
  void whoMakesErrorsIsSlowedDown() {
    SmtpTalk t = host.named().come();
    for (int i = 0; i < 5; i++) {
      t.ask("XYZZY", "500");
    }
    assertThat(host.pauses).hasSize(2);
    assertThat(host.gate.counters().tarpitted.sum()).isEqualTo(2);
  }

  // --- lists

  private static final String BAD = "1.0.0.127.bl.test";

  /// Lists have to work, and this machine is none of those that no list has: so 127.0.0.1, which is
  /// that, is put on them when they have been tried.
  private void listed(String zone, String code) {
    host.zones.address("2.0.0.127." + zone, "127.0.0.2");
    host.gate.prepare();
    host.zones.address("1.0.0.127." + zone, code);
  }

  @Test
  void aListedHostIsRefusedForEveryRecipientButThoseWhoHelp() {
    guard(lists(ListSettings.blocking("bl.test")));
    host.named();
    listed("bl.test", "127.0.0.2");
    host.zones.txt(BAD, "See https://bl.test/?127.0.0.1\r\nX");
    host.begin()
        .ask(
            "RCPT TO:<ana@foo.com>",
            "554 5.7.1 127.0.0.1 is listed by bl.test: See https://bl.test/?127.0.0.1??X")
        .ask("RCPT TO:<postmaster@foo.com>", "250")
        .ask("RCPT TO:<abuse@foo.com>", "250")
        .ask("RCPT TO:<nobody@foo.com>", "550 5.1.1");
    assertThat(host.gate.counters().listed.sum()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({"127.255.255.254", "127.255.255.252", "192.0.2.7", "127.0.0.1"})
  void whatIsNoWordOfAListHarmsNobody(String code) {
    guard(lists(ListSettings.blocking("bl.test")));
    host.named();
    listed("bl.test", code);
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
  }

  @Test
  void aListThatFailsHarmsNobody() {
    guard(lists(ListSettings.blocking("bl.test")));
    host.named();
    listed("bl.test", "127.0.0.2");
    host.zones.breaks(BAD, Answer.Reason.TIMEOUT);
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
  }

  @Test
  void aListThatListsEverybodyIsNotAsked() {
    guard(lists(ListSettings.blocking("bl.test")));
    host.named().zones.address("2.0.0.127.bl.test", "127.0.0.2").address(BAD, "127.0.0.2");
    host.gate.prepare();
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
  }

  @Test
  void aListThatWorksAgainIsAskedAgain() {
    guard(lists(ListSettings.blocking("bl.test")));
    host.named().zones.address("2.0.0.127.bl.test", "127.0.0.2");
    host.zones.breaks(BAD, Answer.Reason.SERVER_FAILURE);
    host.gate.prepare();
    host.zones.mends(BAD);
    host.gate.tidy();
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
    host.pass(Duration.ofMinutes(6));
    host.gate.tidy();
    host.zones.address(BAD, "127.0.0.2");
    host.begin().ask("RCPT TO:<ana@foo.com>", "554 5.7.1");
  }

  @Test
  void aWelcomeListOutweighsTheOthers() {
    guard(lists(ListSettings.blocking("bl.test"), ListSettings.welcoming("wl.test")));
    host.zones.address("2.0.0.127.wl.test", "127.0.0.2");
    listed("bl.test", "127.0.0.2");
    host.zones.address("1.0.0.127.wl.test", "127.0.5.1");
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
  }

  // --- greylisting

  @Test
  void whoIsDoubtfulComesAgain() {
    guard(options(Duration.ZERO, DEFAULT.names(), true));
    host.gate.prepare();
    SmtpTalk t = host.begin();
    t.ask(
        "RCPT TO:<ana@foo.com>",
        "451 4.7.1 We do not know your host (its address has no name that leads back to it),"
            + " please try again in 5 min");
    host.pass(Duration.ofMinutes(3));
    t.ask("RCPT TO:<ana@foo.com>", "451 4.7.1 We do not know");
    host.pass(Duration.ofMinutes(3));
    t.ask("RCPT TO:<ana@foo.com>", "250").ask("RSET", "250");
    // For every recipient, and not for another sender's domain.
    t.ask("MAIL FROM:<jones@bar.com>", "250").ask("RCPT TO:<ana@foo.com>", "250");
    t.ask("RSET", "250").ask("MAIL FROM:<jones@other.com>", "250");
    t.ask("RCPT TO:<ana@foo.com>", "451 4.7.1").ask("RCPT TO:<postmaster>", "250");
    assertThat(host.gate.counters().greylistPassed.sum()).isEqualTo(1);
    assertThat(host.gate.counters().greylisted.sum()).isEqualTo(3);
  }

  @Test
  void whoHasComeAgainIsKnownAfterARestart() {
    guard(options(Duration.ZERO, DEFAULT.names(), true));
    host.gate.prepare();
    host.begin().ask("RCPT TO:<ana@foo.com>", "451");
    host.pass(Duration.ofMinutes(6));
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
    host.gate.tidy();
    var next = host.gate(options(Duration.ZERO, DEFAULT.names(), true));
    next.prepare();
    host.mail.mta.guardBy(next);
    host.pass(Duration.ofDays(34));
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
    host.pass(Duration.ofDays(34));
    host.begin().ask("RCPT TO:<ana@foo.com>", "250");
    host.pass(Duration.ofDays(36));
    host.begin().ask("RCPT TO:<ana@foo.com>", "451");
    next.tidy();
    assertThat(next.greylisted()).isEqualTo(1);
  }

  @Test
  void whoMaySendForTheDomainIsNotGreylisted() {
    guard(options(Duration.ZERO, DEFAULT.names(), true));
    host.gate.prepare();
    host.mail.mta.inspectBy(
        inspector((facts, message, accounts) ->
            new Judgement(new Verdict(Verdict.Action.ACCEPT, "test", List.of()))));
    host.zones.txt("allowed.com", "v=spf1 ip4:127.0.0.1 -all").txt("other.com", "v=spf1 -all");
    SmtpTalk t = host.come().ask("MAIL FROM:<smith@allowed.com>", "250");
    t.ask("RCPT TO:<ana@foo.com>", "250").ask("RSET", "250");
    t.ask("MAIL FROM:<smith@other.com>", "250").ask("RCPT TO:<ana@foo.com>", "451 4.7.1");
    assertThat(host.gate.greylisted()).isEqualTo(1);
  }

  /// What is remembered of the messages to Ana.
  private String story() {
    host.mail.hangUp();
    host.mail.trace.flush();
    return new TraceReader(host.mail.disk.store.kv())
        .find("ana@foo.com", null, 10).messages().stream()
            .flatMap(m -> m.events().stream())
            .map(e -> e.where() + " " + e.how() + " " + e.words())
            .collect(Collectors.joining("\n"));
  }

  @Test
  void domainsOfTheMessageAreLookedUp() {
    guard(lists(ListSettings.ofDomains("dbl.test")));
    host.named().zones.address("test.dbl.test", "127.0.0.2");
    host.gate.prepare();
    List<ListHit> hits = new CopyOnWriteArrayList<>();
    host.mail.mta.inspectBy(
        inspector((facts, message, accounts) -> {
          hits.addAll(facts.hits());
          return new Judgement(new Verdict(Verdict.Action.ACCEPT, "test", List.of()));
        }));
    for (String bad : List.of("sender.com", "author.com", "link.com", "hello.com")) {
      host.zones.address(bad + ".dbl.test", "127.0.0.2");
    }
    MailHost.send(
        host.come("hello.com"),
        "smith@sender.com",
        "ana@foo.com",
        "From: A <a@author.com>",
        "",
        "See http://www.link.com/ and http://good.com/");
    assertThat(hits)
        .extracting(ListHit::subject)
        .containsExactly("sender.com", "hello.com", "author.com", "link.com");
    assertThat(story()).contains("list block in 0 ms link.com by dbl.test 127.0.0.2");
  }

  private Inspector inspector(Judge judge) {
    return new Inspector(
        "mx.foo.com",
        c -> true,
        host.zones,
        host.mail.disk.clock,
        Ticker.SYSTEM,
        new Random(1),
        judge);
  }

  @Test
  void whatWasLookedAtIsInTheTrace() {
    guard(lists(ListSettings.blocking("bl.test")));
    listed("bl.test", "127.0.0.2");
    host.begin().ask("RCPT TO:<ana@foo.com>", "554 5.7.1");
    String story = story();
    assertThat(story).contains("iprev permerror in 0 ms 127.0.0.1 has no name");
    assertThat(story).contains("list block in 0 ms bl.test 127.0.0.2");
    assertThat(story).contains("554 5.7.1 127.0.0.1 is listed by bl.test");
  }

  // --- who is no stranger

  @Test
  void whoMayRelayIsNotLookedAt() {
    guard(options(LONG, DEFAULT.names(), true));
    var server =
        host.mail.serve(
            SmtpConfig.mx("foo.com").withRelay(org.posthorn.net.NetworkSet.LOOPBACK),
            host.mail.mta.mx());
    server.connect().hello().ask("MAIL FROM:<smith@bar.com>", "250");
    assertThat(host.gate.counters().visits.sum()).isZero();
  }

  @Test
  void submissionAndLmtpHaveNoGate() {
    guard(options(LONG, DEFAULT.names(), true));
    host.mail.submission().logIn("ana@foo.com", MailHost.PASSWORD);
    host.mail.lmtp().ask("MAIL FROM:<>", "250").ask("RCPT TO:<ana@foo.com>", "250");
    assertThat(host.gate.counters().visits.sum()).isZero();
  }
}
