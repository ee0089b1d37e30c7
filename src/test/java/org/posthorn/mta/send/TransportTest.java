package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Zones;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Delivery;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.mta.trace.Trace;
import org.posthorn.net.Dialer;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.TestCertificates.Made;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.PoliteServer;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.Timing;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.trust.transport.MemoryPolicies;
import org.posthorn.trust.transport.MtaSts;
import org.posthorn.trust.transport.PolicyFetcher.Fetched;
import org.posthorn.trust.transport.TlsResult;

/// Mail to a server with each kind of certificate, under each policy: from the names of the world
/// to the outcome, and to what is told about it.
class TransportTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Made ANCHOR = TestCertificates.authority("Anchor");
  private static final Made PRIVATE = TestCertificates.authority("Private");
  private static final Made GOOD = TestCertificates.server(ANCHOR, HOUR, "mx.a.test");
  private static final Made MISNAMED = TestCertificates.server(ANCHOR, HOUR, "mx.b.test");
  private static final Made EXPIRED = TestCertificates.server(ANCHOR, HOUR.negated(), "mx.a.test");
  private static final Made OWN = TestCertificates.server(null, HOUR, "whatever.test");
  private static final Made OF_PRIVATE = TestCertificates.server(PRIVATE, HOUR, "mx.a.test");

  @TempDir private Path directory;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);
  private final List<TlsResult> results = new CopyOnWriteArrayList<>();
  private final Zones zones =
      new Zones().mx("a.test", 10, "mx.a.test").address("mx.a.test", "127.0.0.1");
  private final PoliteServer polite = new PoliteServer("PIPELINING", "REQUIRETLS");
  private RemoteServer server;
  private RemoteDelivery delivery;
  private Fetched fetched;
  private MailOptions options = MailOptions.NONE;

  @BeforeEach
  void open() throws IOException {
    server = RemoteServer.start(polite);
    ServerAuthorities authorities =
        ServerAuthorities.read(TestCertificates.write(directory.resolve("ca.pem"), ANCHOR));
    Settings settings =
        new Settings(
            "mx.here.test", TlsUse.NEVER, authorities, null, Timing.all(Duration.ofSeconds(20)));
    MtaSts mtaSts = new MtaSts(zones, domain -> fetched, new MemoryPolicies(), () -> 0);
    Guards guards = new Guards(zones, mtaSts, InstantSource.system(), results::add);
    OutboundConfig config =
        OutboundConfig.direct("mail.here.test").withPort(server.port()).withAllowPrivate(true);
    Routes routes = new Routes(config, zones, guards, Ticker.SYSTEM, a -> null, new Random(7));
    delivery =
        new RemoteDelivery(
            routes::find,
            (blob, size) -> new ByteArrayInputStream("Subject: x\r\n\r\nx\r\n".getBytes()),
            dialer,
            settings,
            () -> NOW,
            Trace.off(),
            results::add);
  }

  @AfterEach
  void close() throws IOException {
    delivery.close();
    server.close();
    assertThat(dialer.connections()).isZero();
    dialer.close();
  }

  private void certificate(String which) {
    switch (which) {
      case "good" -> polite.tls(TestCertificates.clientContext(GOOD, ANCHOR));
      case "misnamed" -> polite.tls(TestCertificates.clientContext(MISNAMED, ANCHOR));
      case "expired" -> polite.tls(TestCertificates.clientContext(EXPIRED, ANCHOR));
      case "own" -> polite.tls(TestCertificates.clientContext(OWN));
      case "private" -> polite.tls(TestCertificates.clientContext(OF_PRIVATE, PRIVATE));
      default -> {}
    }
  }

  private void policy(String which) {
    String[] words = which.split(" ");
    switch (words[0]) {
      case "dane-own" -> tlsa(3, OWN);
      case "dane-good" -> tlsa(3, GOOD);
      case "dane-private" -> tlsa(2, PRIVATE);
      case "dane-odd" -> zones.signed("").tlsa(host(), "0 1 1 " + "ab".repeat(32));
      case "dane-bogus" -> zones.signed("").breaks(host(), Answer.Reason.BOGUS);
      case "signed" -> zones.signed("");
      case "enforce", "testing" -> {
        zones.txt("_mta-sts.a.test", "v=STSv1; id=1;");
        String text =
            "version: STSv1\nmode: " + words[0] + "\nmx: " + words[1] + "\nmax_age: 86400\n";
        fetched = new Fetched.Body("text/plain", text.getBytes(StandardCharsets.US_ASCII));
      }
      default -> {}
    }
  }

  private String host() {
    return "_" + server.port() + "._tcp.mx.a.test";
  }

  private void tlsa(int usage, Made of) {
    try {
      byte[] key = of.certificate().getPublicKey().getEncoded();
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
      String text = usage + " 1 1 " + HexFormat.of().formatHex(hash);
      zones.signed("").tlsa(host(), text);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private String deliver(String to) {
    try (Delivery.Errand errand = delivery.open(new Destination.Domain(domain(to)))) {
      return told(errand.deliver(message(), to(to)).getFirst());
    }
  }

  private static String domain(String address) {
    return address.substring(address.indexOf('@') + 1);
  }

  private QueuedMessage message() {
    ReversePath from = new ReversePath(EmailAddress.parse("ana@here.test"));
    return new QueuedMessage(
        new QueueId(1),
        new Sender(from, 0, Body.SEVEN_BIT, options),
        NOW.minusSeconds(60),
        NOW.plusSeconds(100_000),
        1,
        100,
        new byte[0],
        "");
  }

  private static List<QueuedRecipient> to(String address) {
    Recipient r = Recipient.of(new ForwardPath(EmailAddress.parse(address)));
    Destination to = new Destination.Domain(domain(address));
    return List.of(
        new QueuedRecipient(0, r, to, NOW, 0, null, QueuedRecipient.State.WAITING, false));
  }

  private static String told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Delivered d ->
          d.tls().isEmpty() ? "clear" : d.tls().replaceAll(".*_SHA...", "tls");
      case Outcome.Deferred(Outcome.Problem p, Outcome.Pace _) -> "deferred " + p.status();
      case Outcome.Failed(Outcome.Problem p) -> "failed " + p.status();
    };
  }

  private List<String> reported() {
    List<String> words = new ArrayList<>();
    for (TlsResult r : results) {
      String failure = r.failure() == null ? "ok" : r.failure().word();
      words.add(r.policy().kind().word() + " " + failure);
      assertThat(r.recipientDomain()).isEqualTo("a.test");
      assertThat(r.mxHost()).isEqualTo("mx.a.test");
      assertThat(r.receivingIp()).isEqualTo("127.0.0.1");
      assertThat(r.reason()).matches("[ -~]*");
    }
    return words;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "none              | good     | tls                       | no-policy-found ok",
        "none              | own      | tls                       | no-policy-found ok",
        "none              | without  | clear                     | no-policy-found"
            + " starttls-not-supported",
        "signed            | own      | tls                       | no-policy-found ok",
        "enforce mx.a.test | good     | tls, certificate verified | sts ok",
        "enforce *.a.test  | good     | tls, certificate verified | sts ok",
        "enforce mx.a.test | own      | deferred 4.7.5            | sts certificate-not-trusted",
        "enforce mx.a.test | misnamed | deferred 4.7.5            | sts certificate-host-mismatch",
        "enforce mx.a.test | expired  | deferred 4.7.5            | sts certificate-expired",
        "enforce mx.a.test | without  | deferred 4.7.4            | sts starttls-not-supported",
        "enforce mx.b.test | good     | deferred 4.7.0            | sts validation-failure",
        "testing mx.a.test | good     | tls                       | sts ok",
        "testing mx.a.test | own      | tls                       | sts certificate-not-trusted",
        "testing mx.a.test | expired  | tls                       | sts certificate-expired",
        "testing mx.a.test | without  | clear                     | sts starttls-not-supported",
        "testing mx.b.test | good     | tls                       | sts validation-failure",
        "dane-own          | own      | tls, DANE verified        | tlsa ok",
        "dane-own          | good     | deferred 4.7.5            | tlsa certificate-not-trusted",
        "dane-own          | without  | deferred 4.7.4            | tlsa starttls-not-supported",
        "dane-good         | good     | tls, DANE verified        | tlsa ok",
        "dane-private      | private  | tls, DANE verified        | tlsa ok",
        "dane-private      | good     | deferred 4.7.5            | tlsa certificate-not-trusted",
        "dane-odd          | own      | tls                       | tlsa tlsa-invalid",
        "dane-odd          | without  | deferred 4.7.4            | tlsa starttls-not-supported",
        "dane-bogus        | good     | deferred 4.7.0            | tlsa dnssec-invalid",
      })
  void policiesAndHosts(String policy, String certificate, String outcome, String report)
      throws IOException {
    certificate(certificate);
    policy(policy);
    assertThat(deliver("bo@a.test")).isEqualTo(outcome);
    assertThat(reported()).containsExactly(report);
    boolean went = !outcome.startsWith("deferred");
    assertThat(polite.taken()).hasSize(went ? 1 : 0);
    boolean testing = policy.startsWith("testing") && !report.endsWith("ok");
    assertThat(delivery.counters().tlsTestingFailures.sum()).isEqualTo(testing ? 1 : 0);
    assertThat(delivery.counters().tlsRefusals.sum()).isEqualTo(went ? 0 : 1);
  }

  /// RFC 8461 §2
  @Test
  void daneGoesBeforeMtaSts() {
    certificate("own");
    policy("dane-own");
    policy("enforce mx.b.test");
    assertThat(deliver("bo@a.test")).isEqualTo("tls, DANE verified");
    assertThat(reported()).containsExactly("tlsa ok", "sts validation-failure");
  }

  @Test
  void mtaStsDoesNotHelpWhereDaneFails() {
    certificate("good");
    policy("dane-own");
    policy("enforce mx.a.test");
    assertThat(deliver("bo@a.test")).isEqualTo("deferred 4.7.5");
  }

  /// RFC 8689 §4.2.1: by DNSSEC or by MTA-STS.
  @Test
  void aMessageMayRequireThatTheHostIsProven() {
    certificate("good");
    options = MailOptions.NONE.withRequireTls(true);
    assertThat(deliver("bo@a.test")).isEqualTo("failed 5.7.10");
    policy("testing mx.a.test");
    assertThat(deliver("bo@a.test")).isEqualTo("tls, certificate verified");
    zones.signed("");
    assertThat(deliver("bo@a.test")).isEqualTo("tls, certificate verified");
  }

  @Test
  void danesWordIsEnoughForAMessageThatRequiresTls() {
    options = MailOptions.NONE.withRequireTls(true);
    certificate("own");
    zones.signed("");
    assertThat(deliver("bo@a.test")).isEqualTo("failed 5.7.10");
    policy("dane-own");
    assertThat(deliver("bo@a.test")).isEqualTo("tls, DANE verified");
    policy("dane-bogus");
    assertThat(deliver("bo@a.test")).isEqualTo("deferred 4.7.0");
  }

  /// RFC 8689 §4.2.2
  @ParameterizedTest
  @CsvSource({
    "enforce mx.b.test,without",
    "enforce mx.a.test,own",
    "dane-good,own",
    "dane-bogus,own"
  })
  void aMessageMaySayThatItNeedsNoTls(String policy, String certificate) {
    options = MailOptions.NONE.withTlsOptional(true);
    certificate(certificate);
    policy(policy);
    assertThat(deliver("bo@a.test")).isEqualTo(certificate.equals("own") ? "tls" : "clear");
    assertThat(reported()).hasSize(1).noneMatch(r -> r.endsWith("ok"));
  }

  /// A connection that was opened for one domain does for another only if its proof does.
  @Test
  void connectionsAreSharedAsFarAsTheirProofGoes() {
    certificate("own");
    zones.mx("b.test", 10, "mx.a.test").mx("c.test", 10, "mx.a.test");
    zones.txt("_mta-sts.b.test", "v=STSv1; id=1;");
    fetched =
        new Fetched.Body(
            "text/plain",
            "version: STSv1\nmode: enforce\nmx: mx.a.test\nmax_age: 86400\n".getBytes());
    assertThat(deliver("bo@a.test")).isEqualTo("tls");
    assertThat(deliver("bo@c.test")).isEqualTo("tls");
    assertThat(server.connections()).isEqualTo(1);
    assertThat(deliver("bo@b.test")).isEqualTo("deferred 4.7.5");
    assertThat(server.connections()).isEqualTo(2);
    policy("dane-own"); // what is open was opened without it, and shows the certificate it wants
    assertThat(deliver("bo@b.test")).isEqualTo("tls, DANE verified");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void aDowngradeIsTold() throws IOException {
    RemoteServer broken =
        RemoteServer.start(
            peer -> {
              peer.send("220 hello");
              peer.expect("EHLO");
              peer.send("250-mx.a.test", "250 STARTTLS");
              peer.expect("STARTTLS");
              peer.send("220 go").send("not TLS");
            },
            polite);
    try (broken) {
      zones.mx("d.test", 10, "mx.d.test").address("mx.d.test", "127.0.0.1");
      RemoteDelivery there =
          new RemoteDelivery(
              (to, from, domain) ->
                  new Route.Hosts(
                      "d.test",
                      false,
                      List.of(
                          Hop.of(
                              new Endpoint(
                                  "mx.d.test",
                                  InetAddress.getLoopbackAddress(),
                                  broken.port(),
                                  null),
                              TlsUse.IF_OFFERED)),
                      null),
              (blob, size) -> new ByteArrayInputStream("Subject: x\r\n\r\nx\r\n".getBytes()),
              dialer,
              delivery.settings(),
              () -> NOW,
              Trace.off(),
              results::add);
      try (there;
          Delivery.Errand errand = there.open(new Destination.Domain("d.test"))) {
        assertThat(told(errand.deliver(message(), to("bo@d.test")).getFirst())).isEqualTo("clear");
      }
      assertThat(there.counters().tlsDowngrades.sum()).isEqualTo(1);
      assertThat(there.counters().connectionsClear.sum()).isEqualTo(1);
    }
  }

  /// RFC 7671 §8.1
  @Test
  void aKeyIsRolledOver() {
    certificate("own");
    policy("dane-own");
    policy("dane-good");
    assertThat(deliver("bo@a.test")).isEqualTo("tls, DANE verified");
    delivery.close();
    certificate("good");
    assertThat(deliver("bo@a.test")).isEqualTo("tls, DANE verified");
    assertThat(results).allMatch(r -> r.failure() == null);
  }
}
