package org.posthorn.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.Await;
import org.posthorn.dns.Answer.Reason;
import org.posthorn.dns.ZoneServer.Behaviour;

/// The resolver against a name server that obeys, and one that does not.
class DnsResolverTest {
  private static final Duration PATIENT = Duration.ofSeconds(30);

  /// For answers that never come.
  private static final Duration SHORT = Duration.ofMillis(60);

  private static final String ZONE =
      """
      example.test.       600 IN SOA ns.example.test. admin.example.test. 1 600 600 600 90
      example.test.       600 IN MX 20 MX2.example.test.
      example.test.       600 IN MX 10 mx1.example.test.
      mx1.example.test.   600 IN A 192.0.2.1
      mx1.example.test.   300 IN A 192.0.2.2
      mx1.example.test.   600 IN AAAA 2001:db8::1
      null.example.test.  600 IN MX 0 .
      text.example.test.  600 IN TXT "v=spf1 " "-all"
      text.example.test.  600 IN TXT "caf\\233"
      _25._tcp.mx1.example.test. 600 IN TLSA 3 1 1 0A1B2C
      _imaps._tcp.example.test. 600 IN SRV 0 1 993 MX1.example.test.
      _pop3s._tcp.example.test. 600 IN SRV 0 0 0 .
      alias.example.test. 600 IN CNAME two.example.test.
      two.example.test.   60  IN CNAME mx1.example.test.
      a\\043b\\032c\\092.example.test. 600 IN A 192.0.2.9
      astray.example.test. 600 IN CNAME nowhere.example.test.
      self.example.test.  600 IN CNAME self.example.test.
      ring.example.test.  600 IN CNAME ring2.example.test.
      ring2.example.test. 600 IN CNAME ring.example.test.
      1.2.0.192.in-addr.arpa. 600 IN PTR mx1.example.test.
      1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa. 600 IN PTR six.example.test.
      """;

  private final AtomicLong clock = new AtomicLong();
  private ZoneServer server;
  private Resolver resolver;

  @BeforeEach
  void start() throws IOException {
    server = new ZoneServer().zone(ZONE);
    resolver = resolver(PATIENT, server.address());
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private DnsResolver resolver(Duration patience, InetSocketAddress... servers) {
    return new DnsResolver(
        new DnsConfig(List.of(servers), patience, PATIENT, null), clock::get, () -> Instant.EPOCH);
  }

  private void pass(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private static <T> Answer.Found<T> found(Answer<T> answer) {
    assertThat(answer).isInstanceOf(Answer.Found.class);
    return (Answer.Found<T>) answer;
  }

  private static InetAddress ip(String literal) {
    return InetAddress.ofLiteral(literal);
  }

  @Test
  void findsMailServersByPreference() {
    Answer.Found<Mx> answer = found(resolver.mx("Example.TEST."));
    assertThat(answer.records())
        .containsExactly(new Mx(10, "mx1.example.test"), new Mx(20, "mx2.example.test"));
    assertThat(answer.name()).isEqualTo("example.test");
    assertThat(answer.security()).isEqualTo(Security.INSECURE);
  }

  @Test
  void findsTheNullMx() {
    assertThat(found(resolver.mx("null.example.test")).records()).containsExactly(new Mx(0, ""));
  }

  @Test
  void findsAddressesNamesAndTexts() {
    assertThat(found(resolver.ipv4("mx1.example.test")).records())
        .extracting(InetAddress::toString)
        .containsExactlyInAnyOrder("/192.0.2.1", "/192.0.2.2");
    assertThat(found(resolver.ipv6("mx1.example.test")).records())
        .extracting(InetAddress::getHostAddress)
        .containsExactly("2001:db8:0:0:0:0:0:1");
    assertThat(found(resolver.names(ip("192.0.2.1"))).records())
        .containsExactly("mx1.example.test");
    assertThat(found(resolver.names(ip("2001:db8::1"))).records())
        .containsExactly("six.example.test");
    assertThat(found(resolver.txt("text.example.test")).records())
        .containsExactlyInAnyOrder("v=spf1 -all", "café");
    assertThat(found(resolver.tlsa("_25._tcp.mx1.example.test")).records())
        .containsExactly(new Tlsa(3, 1, 1, new byte[] {0x0a, 0x1b, 0x2c}));
    assertThat(found(resolver.srv("_imaps._tcp.example.test")).records())
        .containsExactly(new Srv(0, 1, 993, "mx1.example.test"));
    assertThat(found(resolver.srv("_pop3s._tcp.example.test")).records())
        .containsExactly(new Srv(0, 0, 0, ""));
  }

  @Test
  void tellsANameThatDoesNotExistFromOneWithoutSuchRecords() {
    assertThat(resolver.mx("no.example.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.INSECURE));
    assertThat(resolver.mx("mx1.example.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.INSECURE));
    // RFC 8020 §2: what has something below it exists.
    assertThat(resolver.ipv4("test")).isEqualTo(new Answer.Absent<>(true, Security.INSECURE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ".",
        "a..b",
        ".a",
        "exa mple.test",
        "exämple.test",
        "a\\032b.test",
        "a\u0000.test",
        "a\r\n.test",
        "*.test",
        "[192.0.2.1]",
        "a.b@c"
      })
  void whatIsNoNameIsNotAskedFor(String name) {
    assertThat(resolver.mx(name)).isEqualTo(new Answer.Absent<>(false, Security.INSECURE));
    assertThat(resolver.mx("a".repeat(64) + ".test")).isInstanceOf(Answer.Absent.class);
    assertThat(resolver.mx("a.".repeat(127) + "test")).isInstanceOf(Answer.Absent.class);
    assertThat(server.questions()).isEmpty();
  }

  /// As macros of SPF make them (RFC 7208 §7).
  @Test
  void questionsMayBeOfNamesThatNoHostHas() {
    assertThat(found(resolver.ipv4("A+b c\\.example.test")).records()).hasToString("[/192.0.2.9]");
  }

  @Test
  void followsAliasesToTheirEnd() {
    Answer.Found<?> answer = found(resolver.ipv4("alias.example.test"));
    assertThat(answer.records()).hasSize(2);
    assertThat(answer.name()).isEqualTo("mx1.example.test");
    assertThat(resolver.ipv4("astray.example.test"))
        .isEqualTo(new Answer.Absent<>(false, Security.INSECURE));
    assertThat(resolver.mx("alias.example.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.INSECURE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"self.example.test", "ring.example.test", "c0.example.test"})
  void findsCirclesOfAliases(String name) {
    for (int i = 0; i < 40; i++) {
      server.zone("c%d.example.test. 60 IN CNAME c%d.example.test.".formatted(i, i + 1));
    }
    assertThat(resolver.ipv4(name))
        .isInstanceOfSatisfying(
            Answer.Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.CNAME_LOOP));
    assertThat(server.questions()).hasSizeLessThan(5);
  }

  @ParameterizedTest
  @EnumSource(names = {"SERVFAIL", "REFUSED", "REFERRING"})
  void aServerThatFailsIsNoAbsence(Behaviour behaviour) {
    server.misbehave("example.test", behaviour);
    assertFails(resolver, Reason.SERVER_FAILURE);
    assertThat(server.questions()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(names = {"SILENT", "WRONG_ID", "WRONG_QUESTION", "GARBAGE"})
  void aServerThatDoesNotAnswerIsAskedAgainAndGivenUp(Behaviour behaviour) {
    server.misbehave("example.test", behaviour);
    assertFails(resolver(SHORT, server.address()), Reason.TIMEOUT);
    assertThat(server.questions()).hasSize(3);
  }

  @Test
  void nobodyThereIsAFailure() throws IOException {
    InetSocketAddress gone;
    try (var other = new ZoneServer()) {
      gone = other.address();
    }
    assertFails(resolver(Duration.ofSeconds(1), gone), Reason.SERVER_FAILURE);
  }

  private static void assertFails(Resolver resolver, Reason reason) {
    assertThat(resolver.mx("example.test"))
        .isInstanceOfSatisfying(
            Answer.Failed.class,
            f -> {
              assertThat(f.reason()).isEqualTo(reason);
              assertThat(f.text()).isNotBlank().doesNotContain("Exception");
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"NOISY", "TRUNCATED", "OLD", "LYING"})
  void theRightAnswerIsFoundAllTheSame(Behaviour behaviour) {
    server.misbehave("example.test", behaviour);
    assertThat(found(resolver.mx("example.test")).records()).hasSize(2);
  }

  @Test
  void whatAServerAddsUnaskedIsNotRemembered() {
    server.misbehave("text.example.test", Behaviour.LYING);
    assertThat(found(resolver.txt("text.example.test")).records()).hasSize(2);
    assertThat(resolver.txt("mx1.example.test"))
        .isEqualTo(new Answer.Absent<>(true, Security.INSECURE));
  }

  @Test
  void aTruncatedAnswerIsFetchedByTcp() {
    server.misbehave("example.test", Behaviour.TRUNCATED);
    resolver.mx("example.test");
    assertThat(server.questions()).containsExactly("udp mx example.test", "tcp mx example.test");
  }

  @Test
  void aConnectionThatBreaksIsAFailure() {
    server.misbehave("example.test", Behaviour.CLOSING);
    assertFails(resolver, Reason.SERVER_FAILURE);
  }

  @Test
  void theNextServerIsAskedWhenOneFails() throws IOException {
    try (var first = new ZoneServer();
        var second = new ZoneServer()) {
      first.misbehave("example.test", Behaviour.SERVFAIL);
      second.misbehave("example.test", Behaviour.SILENT);
      Resolver three =
          resolver(Duration.ofMillis(500), first.address(), second.address(), server.address());
      assertThat(found(three.mx("example.test")).records()).hasSize(2);
      assertThat(first.questions()).hasSize(1);
    }
  }

  @Test
  void fiveHundredMailServersAreCutToTheBest() {
    for (int i = 499; i >= 0; i--) {
      server.zone("many.test. 60 IN MX %d host%d.many.test.".formatted(i, i));
      server.zone("many.test. 60 IN A 198.51.%d.%d".formatted(i / 250, i % 250));
    }
    List<Mx> kept = found(resolver.mx("many.test")).records();
    assertThat(kept).hasSize(100);
    assertThat(kept.getLast()).isEqualTo(new Mx(99, "host99.many.test"));
    assertThat(found(resolver.ipv4("many.test")).records()).hasSize(50);
    assertThat(server.questions()).contains("tcp mx many.test", "tcp a many.test");
  }

  @Test
  void namesWithOtherOctetsAreLeftOut() {
    server.zone("odd.test. 60 IN MX 1 ev\\013\\010il.test.\nodd.test. 60 IN MX 2 good.test.");
    server.zone("evil.test. 60 IN MX 1 a\\032b.test.");
    assertThat(found(resolver.mx("odd.test")).records()).containsExactly(new Mx(2, "good.test"));
    // All of them: that is not the same as no MX, for which the domain's own address would count.
    assertThat(resolver.mx("evil.test")).isInstanceOf(Answer.Failed.class);
  }

  @Test
  void anAnswerHoldsAsLongAsTheLeastOfItsChain() {
    resolver.ipv4("alias.example.test");
    pass(Duration.ofSeconds(59));
    resolver.ipv4("ALIAS.example.test");
    assertThat(server.questions()).hasSize(1);
    pass(Duration.ofSeconds(1));
    resolver.ipv4("alias.example.test");
    assertThat(server.questions()).hasSize(2);
  }

  @Test
  void timesToLiveAreBounded() {
    server.zone("short.test. 0 IN A 192.0.2.9\nlong.test. 2147483647 IN A 192.0.2.9");
    resolver.ipv4("short.test");
    resolver.ipv4("long.test");
    pass(Duration.ofSeconds(4));
    resolver.ipv4("short.test");
    assertThat(server.questions()).hasSize(2);
    pass(Duration.ofSeconds(1));
    resolver.ipv4("short.test");
    assertThat(server.questions()).hasSize(3);
    pass(Duration.ofDays(1));
    resolver.ipv4("long.test");
    assertThat(server.questions()).hasSize(4);
  }

  /// RFC 2308 §5: the smaller of the SOA's TTL and its last field.
  @Test
  void absenceHoldsAsLongAsItsSoaSays() {
    resolver.mx("no.example.test");
    server.zone("no.example.test. 60 IN MX 1 mx1.example.test.");
    pass(Duration.ofSeconds(89));
    assertThat(resolver.mx("no.example.test")).isInstanceOf(Answer.Absent.class);
    pass(Duration.ofSeconds(1));
    assertThat(resolver.mx("no.example.test")).isInstanceOf(Answer.Found.class);
  }

  @Test
  void aFailureIsForgottenAfterSeconds() {
    server.misbehave("example.test", Behaviour.SERVFAIL);
    resolver.mx("example.test");
    server.behave("example.test");
    assertFails(resolver, Reason.SERVER_FAILURE);
    pass(Duration.ofSeconds(5));
    assertThat(resolver.mx("example.test")).isInstanceOf(Answer.Found.class);
  }

  @Test
  void theCacheIsBounded() {
    server.zone("*.wild.test. 60 IN A 192.0.2.9");
    var small =
        new DnsResolver(
            DnsResolver.nameServers(DnsConfig.of(List.of(server.address()), null), clock::get),
            null,
            PATIENT,
            clock::get,
            () -> Instant.EPOCH,
            10_000);
    for (int i = 0; i < 100; i++) {
      assertThat(small.ipv4("a" + i + ".wild.test")).isInstanceOf(Answer.Found.class);
    }
    small.ipv4("a99.wild.test");
    assertThat(server.questions()).hasSize(100);
    small.ipv4("a1.wild.test");
    assertThat(server.questions()).hasSize(101);
  }

  @Test
  void whoAsksTheSameAtTheSameTimeWaitsForOneAnswer() throws Exception {
    server.misbehave("example.test", Behaviour.HELD);
    List<FutureTask<Answer<Mx>>> all = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      var task = new FutureTask<>(() -> resolver.mx("example.test"));
      all.add(task);
      threads.add(Thread.ofVirtual().start(task));
    }
    Await.until(() ->
        threads.stream()
            .allMatch(t ->
                t.getState() == Thread.State.WAITING
                    || t.getState() == Thread.State.TIMED_WAITING));
    server.release();
    for (FutureTask<Answer<Mx>> task : all) {
      assertThat(task.get()).isInstanceOf(Answer.Found.class);
    }
    assertThat(server.questions()).hasSize(1);
  }

  @Test
  void aSlowAnswerHoldsUpNobodyElse() throws ExecutionException, InterruptedException {
    server.misbehave("example.test", Behaviour.HELD);
    var slow = new CompletableFuture<Answer<Mx>>();
    Thread.ofVirtual().start(() -> slow.complete(resolver.mx("example.test")));
    Await.until(() -> !server.questions().isEmpty());
    assertThat(resolver.ipv4("mx1.example.test")).isInstanceOf(Answer.Found.class);
    assertThat(slow).isNotDone();
    server.release();
    assertThat(slow.get()).isInstanceOf(Answer.Found.class);
  }

  @Test
  void anInterruptedQuestionEndsAndIsNotRemembered() throws InterruptedException {
    server.misbehave("example.test", Behaviour.HELD);
    var answer = new CompletableFuture<Answer<Mx>>();
    Thread asking = Thread.ofVirtual().start(() -> answer.complete(resolver.mx("example.test")));
    Await.until(() -> !server.questions().isEmpty());
    asking.interrupt();
    asking.join();
    assertThat(answer.join()).isInstanceOf(Answer.Failed.class);
    server.release();
    assertThat(resolver.mx("example.test")).isInstanceOf(Answer.Found.class);
  }

  @Test
  void theMachineHasNameServers() {
    assertThat(new SystemServers(clock::get).get()).isNotEmpty();
  }
}
