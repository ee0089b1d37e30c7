package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.DnsConfig;
import org.posthorn.dns.DnsResolver;
import org.posthorn.dns.ZoneServer;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.Endpoint;

/// The same questions, asked of a name server, and what only one can answer: aliases, circles of
/// them, and silence.
class RoutesOverDnsTest {
  private ZoneServer server;
  private Routes routes;

  @BeforeEach
  void start() throws IOException {
    server =
        new ZoneServer()
            .zone(
                """
                plain.test.     300 IN MX 10 alias.plain.test.
                alias.plain.test. 300 IN CNAME real.plain.test.
                real.plain.test. 300 IN A 45.0.0.1
                moved.test.     300 IN CNAME plain.test.
                circle.test.    300 IN CNAME circle.test.
                ring.test.      300 IN MX 10 circle.test.
                null.test.      300 IN MX 0 .
                inside.test.    300 IN MX 10 localhost.
                inside.test.    300 IN MX 20 zero.test.
                zero.test.      300 IN A 0.0.0.0
                us.test.        300 IN MX 10 Mail.Here.test.
                text.test.      300 IN TXT "no mail"
                ;! failing.test  SERVFAIL
                ;! silent.test   SILENT
                ;! liar.test     WRONG_ID
                """);
    var patient = Duration.ofMillis(80);
    var dns = new DnsConfig(List.of(server.address()), patient, Duration.ofSeconds(20), null);
    var resolver = new DnsResolver(dns, Ticker.SYSTEM::nanos, InstantSource.system());
    routes =
        new Routes(
            OutboundConfig.direct("mail.here.test"),
            resolver,
            new Guards(resolver, null, InstantSource.system(), TlsResults.NOBODY),
            Ticker.SYSTEM,
            target -> null,
            new Random(1));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Route find(String domain) {
    return routes.find(new Destination.Domain(domain), "", domain);
  }

  /// RFC 5321 §5.1 forbids an alias as the name in an MX; everybody takes it.
  @Test
  void aliasesOfDomainAndHostAreFollowed() {
    for (String domain : List.of("plain.test", "moved.test")) {
      assertThat(find(domain))
          .isInstanceOfSatisfying(
              Route.Hosts.class,
              r ->
                  assertThat(r.endpoints())
                      .extracting(Endpoint::toString)
                      .containsExactly("alias.plain.test [45.0.0.1]"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "nowhere.test, 5.1.2",
    "text.test, 5.4.4",
    "null.test, 5.1.10",
    "inside.test, 5.4.4",
    "us.test, 5.4.6",
    "circle.test, 4.4.3",
    "ring.test, 4.4.3",
    "failing.test, 4.4.3",
    "silent.test, 4.4.3",
    "liar.test, 4.4.3",
  })
  void whatHasNoWayEndsForEverOrForNow(String domain, String status) {
    assertThat(find(domain)).isInstanceOf(Route.Ended.class);
    String found =
        switch (((Route.Ended) find(domain)).outcome()) {
          case Outcome.Failed f -> f.problem().status();
          case Outcome.Deferred d -> d.problem().status();
          case Outcome.Delivered _ -> "";
        };
    assertThat(found).isEqualTo(status);
  }

  @Test
  void fiveHundredHostsAreAskedForOnlyAsFarAsTheyAreUsed() {
    for (int i = 0; i < 500; i++) {
      server.zone("many.test. 300 IN MX 10 h%d.many.test.".formatted(i));
    }
    assertThat(find("many.test")).isInstanceOf(Route.Ended.class);
    // By UDP and TCP for the MX, then two addresses of ten hosts.
    assertThat(server.questions()).hasSize(22);
  }
}
