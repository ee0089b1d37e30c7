package org.posthorn.mta.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
import org.posthorn.net.Ticker;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.PoliteServer;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.smtp.client.Settings;
import org.posthorn.smtp.client.Timing;
import org.posthorn.smtp.client.TlsUse;
import org.posthorn.trust.transport.TlsResult;

/// Mail to other servers, which are on loopback and do what they are told.
class RemoteDeliveryTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");
  private static final String HEAD = "Received: from here by there; now\r\n";
  private static final String TEXT = "Subject: hello\r\n\r\nhello\r\n";
  private static final Destination REMOTE = new Destination.Domain("remote.test");
  private static final TestCertificates.Made AUTHORITY = TestCertificates.authority("Anchor");
  private static final SSLContext GOOD =
      TestCertificates.clientContext(
          TestCertificates.client(
              AUTHORITY,
              "CN=remote",
              Duration.ofHours(1),
              new GeneralName(GeneralName.dNSName, "mx1.remote.test")));

  @TempDir private Path directory;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);
  private final List<RemoteServer> servers = new ArrayList<>();
  private final List<Endpoint> hosts = new ArrayList<>();
  private Settings settings;
  private final List<TlsResult> results = new CopyOnWriteArrayList<>();
  private Function<Endpoint, Guard> guards = host -> Guard.chosen(TlsUse.IF_OFFERED);
  private Login login;
  private byte[] octets = TEXT.getBytes(StandardCharsets.UTF_8);
  private Body body = Body.SEVEN_BIT;
  private MailOptions options = MailOptions.NONE;
  private String sender = "ana@example.test";
  private RemoteDelivery delivery;

  @BeforeEach
  void open() throws IOException {
    ServerAuthorities authorities =
        ServerAuthorities.read(TestCertificates.write(directory.resolve("ca.pem"), AUTHORITY));
    settings =
        new Settings(
            "mx.posthorn.test",
            TlsUse.NEVER,
            authorities,
            null,
            Timing.all(Duration.ofSeconds(20)));
    delivery =
        new RemoteDelivery(
            (to, from, domain) -> new Route.Hosts("remote.test", false, hops(), login),
            (blob, size) -> {
              if (blob < 0) {
                throw new IOException("disk");
              }
              return new ByteArrayInputStream(octets);
            },
            dialer,
            settings,
            () -> NOW,
            Trace.off(),
            results::add);
  }

  @AfterEach
  void close() throws IOException {
    delivery.close();
    for (RemoteServer server : servers) {
      server.close();
    }
    assertThat(dialer.connections()).isZero();
    assertThat(dialer.bufferBytes()).isZero();
    dialer.close();
  }

  /// Adds a host to the route.
  private RemoteServer host(RemoteServer.Script... scripts) throws IOException {
    RemoteServer server = RemoteServer.start(scripts);
    servers.add(server);
    String name = "mx" + servers.size() + ".remote.test";
    hosts.add(new Endpoint(name, server.address(), server.port(), null));
    return server;
  }

  private List<Hop> hops() {
    return hosts.stream().map(e -> new Hop(e, guards.apply(e))).toList();
  }

  /// Adds a host where nobody listens.
  private void deadHost() throws IOException {
    RemoteServer server = RemoteServer.start(peer -> {});
    server.close();
    hosts.add(
        new Endpoint("dead.remote.test", InetAddress.ofLiteral("127.0.0.1"), server.port(), null));
  }

  private QueuedMessage message(long blob) {
    ReversePath from =
        sender.isEmpty() ? ReversePath.NULL : new ReversePath(EmailAddress.parse(sender));
    return new QueuedMessage(
        new QueueId(4711),
        new Sender(from, octets.length, body, options),
        NOW.minusSeconds(60),
        NOW.plusSeconds(100_000),
        blob,
        octets.length,
        HEAD.getBytes(StandardCharsets.US_ASCII),
        "");
  }

  private static List<QueuedRecipient> to(String... addresses) {
    List<QueuedRecipient> all = new ArrayList<>();
    for (String a : addresses) {
      Recipient r = Recipient.of(new ForwardPath(EmailAddress.parse(a)));
      all.add(
          new QueuedRecipient(
              all.size(), r, REMOTE, NOW, 0, null, QueuedRecipient.State.WAITING, false));
    }
    return all;
  }

  private List<String> deliver(String... to) {
    try (Delivery.Errand errand = delivery.open(REMOTE)) {
      return deliver(errand, to);
    }
  }

  private List<String> deliver(Delivery.Errand errand, String... to) {
    return errand.deliver(message(1), to(to)).stream().map(RemoteDeliveryTest::told).toList();
  }

  private static String told(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Delivered d -> "delivered by " + name(d.host()) + ": " + d.words();
      case Outcome.Deferred(Outcome.Problem p, Outcome.Pace pace) ->
          ("deferred " + p.status() + " " + pace + " by " + name(p.host()) + ": " + p.words())
              .strip();
      case Outcome.Failed(Outcome.Problem p) ->
          ("failed " + p.status() + " by " + name(p.host()) + ": " + p.words()).strip();
    };
  }

  private static String name(String host) {
    return host.split("[ .]")[0];
  }

  @Test
  void aMessageArrives() throws IOException {
    PoliteServer polite = new PoliteServer("PIPELINING");
    host(polite);
    assertThat(deliver("bo@remote.test")).containsExactly("delivered by mx1: 250 2.0.0 taken");
    assertThat(polite.taken())
        .containsExactly(
            new PoliteServer.Taken(
                "MAIL FROM:<ana@example.test>",
                List.of("RCPT TO:<bo@remote.test>"),
                HEAD + TEXT,
                false));
  }

  @Test
  void deadHostsArePassedOver() throws IOException {
    deadHost();
    host(new PoliteServer().banner("421 4.3.2 later"));
    host(new PoliteServer().banner("554 5.7.1 not you"));
    host(new PoliteServer().answers("MAIL", "451 4.3.0 trouble"));
    host(new PoliteServer());
    host(new PoliteServer());
    assertThat(deliver("bo@remote.test", "cy@remote.test"))
        .containsExactly("delivered by mx4: 250 2.0.0 taken", "delivered by mx4: 250 2.0.0 taken");
    assertThat(servers.get(4).connections()).isZero();
  }

  @Test
  void whenNoHostIsLeft() throws IOException {
    deadHost();
    deadHost();
    assertThat(deliver("bo@remote.test")).containsExactly("deferred 4.4.1 STOP by dead:");
    host(new PoliteServer().banner("421 4.3.2 later"));
    assertThat(deliver("bo@remote.test"))
        .containsExactly("deferred 4.3.2 SLOWER by mx1: 421 4.3.2 later");
    hosts.clear();
    host(new PoliteServer().banner("554 5.7.1 not you"));
    assertThat(deliver("bo@remote.test")).containsExactly("failed 5.7.1 by mx2: 554 5.7.1 not you");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "PIPELINING", "PIPELINING CHUNKING"})
  void eachRecipientHasItsOwnOutcome(String features) throws IOException {
    PoliteServer polite =
        new PoliteServer(features.split(" "))
            .answers("RCPT TO:<bo@", "550 5.1.1 no such user")
            .answers("RCPT TO:<cy@", "450 4.2.0 greylisted, try later");
    RemoteServer first = host(polite);
    RemoteServer second = host(new PoliteServer());
    assertThat(deliver("bo@remote.test", "cy@remote.test", "di@remote.test"))
        .containsExactly(
            "failed 5.1.1 by mx1: 550 5.1.1 no such user",
            "deferred 4.2.0 SAME by mx1: 450 4.2.0 greylisted, try later",
            "delivered by mx1: 250 2.0.0 taken");
    assertThat(first.connections()).isEqualTo(1);
    assertThat(second.connections()).isZero();
    assertThat(polite.taken()).hasSize(1);
  }

  @Test
  void oneConnectionForManyMessages() throws IOException {
    PoliteServer polite = new PoliteServer("PIPELINING").answers("RCPT TO:<no@", "550 5.1.1 no");
    RemoteServer server = host(polite);
    try (Delivery.Errand errand = delivery.open(REMOTE)) {
      for (int i = 0; i < 5; i++) {
        deliver(errand, "no@remote.test");
        assertThat(deliver(errand, "bo@remote.test").getFirst()).startsWith("delivered");
      }
      assertThat(server.connections()).isEqualTo(1);
      for (int i = 0; i < HeldConnection.MESSAGES_MAX; i++) {
        deliver(errand, "bo@remote.test");
      }
      assertThat(server.connections()).isEqualTo(2);
    }
    delivery.close();
    assertThat(server.lines()).endsWith("QUIT");
    assertThat(polite.taken()).hasSize(5 + HeldConnection.MESSAGES_MAX);
  }

  /// A server that closes an idle connection has refused nothing.
  @ParameterizedTest
  @ValueSource(strings = {"", "421 4.4.2 too long idle"})
  void aConnectionThatWasClosedMeanwhileIsMadeAgain(String farewell) throws IOException {
    PoliteServer polite =
        new PoliteServer("PIPELINING")
            .answers("MAIL", "250 ok", farewell + PoliteServer.CLOSE, "250 ok");
    RemoteServer server = host(polite);
    try (Delivery.Errand errand = delivery.open(REMOTE)) {
      assertThat(deliver(errand, "bo@remote.test").getFirst()).startsWith("delivered");
      assertThat(deliver(errand, "bo@remote.test").getFirst()).startsWith("delivered by mx1");
    }
    assertThat(server.connections()).isEqualTo(2);
    assertThat(polite.taken()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LIMITS RCPTMAX=2", "LIMITS MAILMAX=1 RCPTMAX=2"})
  void manyRecipientsGoInSeveralTransactions(String limits) throws IOException {
    PoliteServer polite = new PoliteServer("PIPELINING", limits);
    RemoteServer server = host(polite);
    assertThat(
            deliver("a@remote.test", "b@remote.test", "c@remote.test", "d@remote.test", "e@r.test"))
        .hasSize(5)
        .containsOnly("delivered by mx1: 250 2.0.0 taken");
    assertThat(polite.taken()).extracting(t -> t.recipients().size()).containsExactly(2, 2, 1);
    assertThat(server.connections()).isEqualTo(limits.contains("MAILMAX") ? 3 : 1);
  }

  /// RFC 5321 §4.5.3.1.10
  @ParameterizedTest
  @ValueSource(strings = {"452 4.5.3 too many recipients", "552 5.5.3 too many recipients"})
  void whoAreTooManyComeInTheNextTransaction(String words) throws IOException {
    PoliteServer polite =
        new PoliteServer("PIPELINING")
            .answers("RCPT", "250 ok", "250 ok", words, words, "250 ok", words, "250 ok");
    RemoteServer server = host(polite);
    assertThat(deliver("a@remote.test", "b@remote.test", "c@remote.test", "d@remote.test"))
        .containsOnly("delivered by mx1: 250 2.0.0 taken");
    assertThat(polite.taken()).extracting(t -> t.recipients().size()).containsExactly(2, 1, 1);
    assertThat(server.connections()).isEqualTo(1);
    polite.answers("RCPT", words);
    assertThat(deliver("a@remote.test").getFirst()).startsWith("deferred ");
  }

  @Test
  void whoComesNextUsesTheConnectionThatIsThere() throws IOException {
    PoliteServer polite = new PoliteServer("PIPELINING");
    RemoteServer server = host(polite);
    for (String to : new String[] {"a@one.test", "b@two.test", "c@three.test"}) {
      assertThat(deliver(to)).containsOnly("delivered by mx1: 250 2.0.0 taken");
    }
    assertThat(server.connections()).isEqualTo(1);
    delivery.close();
    assertThat(deliver("d@four.test")).containsOnly("delivered by mx1: 250 2.0.0 taken");
    assertThat(server.connections()).isEqualTo(2);
  }

  @Test
  void brokenTlsIsPassedOver() throws IOException {
    RemoteServer.Script broken =
        peer -> {
          peer.send("220 hello");
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250 STARTTLS");
          peer.expect("STARTTLS");
          peer.send("220 go").send("not TLS");
        };
    PoliteServer polite = new PoliteServer("STARTTLS");
    RemoteServer server = host(broken, polite);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(server.connections()).isEqualTo(2);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(server.connections()).isEqualTo(2); // nobody tried again
    assertThat(server.lines().stream().filter("STARTTLS"::equals)).hasSize(1);
    assertThat(polite.taken()).hasSize(2).noneMatch(PoliteServer.Taken::tls);
  }

  @Test
  void brokenTlsIsNotPassedOverWhereTlsIsRequired() throws IOException {
    guards = host -> Guard.chosen(TlsUse.REQUIRED);
    host(peer -> {
      peer.send("220 hello");
      peer.expect("EHLO");
      peer.send("250-mx.remote.test", "250 STARTTLS");
      peer.expect("STARTTLS");
      peer.send("220 go").send("not TLS");
    });
    host(new PoliteServer());
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("deferred 4.7.");
    assertThat(servers.get(0).lines()).noneMatch(l -> l.startsWith("MAIL"));
    assertThat(servers.get(1).lines()).noneMatch(l -> l.startsWith("MAIL"));
  }

  @Test
  void theOutcomeTellsOfTls() throws IOException {
    PoliteServer polite = new PoliteServer("DSN").tls(GOOD);
    host(polite);
    try (Delivery.Errand errand = delivery.open(REMOTE)) {
      Outcome.Delivered d =
          (Outcome.Delivered) errand.deliver(message(1), to("bo@remote.test")).getFirst();
      assertThat(d.tls()).startsWith("TLSv1.3 TLS_");
      assertThat(d.tells()).isTrue();
      assertThat(d.host()).startsWith("mx1.remote.test [127.0.0.1]");
    }
    assertThat(polite.taken().getFirst().tls()).isTrue();
  }

  /// RFC 8689 §4.2.1
  @Test
  void requireTlsNeedsAGoodCertificateAndAPromise() throws IOException {
    options = options.withRequireTls(true);
    PoliteServer polite = new PoliteServer("REQUIRETLS").tls(GOOD);
    host(polite);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(polite.taken().getFirst().mail()).endsWith(" REQUIRETLS");
    hosts.clear();
    host(new PoliteServer().tls(GOOD)); // mx2: the certificate is not for it
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.7.10");
    hosts.clear();
    host(new PoliteServer("REQUIRETLS")); // no TLS
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.7.10");
    hosts.clear();
    RemoteServer server = host(new PoliteServer().tls(GOOD)); // no promise
    hosts.set(0, new Endpoint("mx1.remote.test", server.address(), server.port(), null));
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.7.30");
    sender = ""; // a notice goes nevertheless
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
  }

  @Test
  void aMessageThatIsTooBigIsNotSent() throws IOException {
    RemoteServer server = host(new PoliteServer("SIZE 20"));
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.3.4");
    assertThat(server.lines()).noneMatch(l -> l.startsWith("MAIL"));
  }

  @Test
  void eightBitBodiesAreChangedForThoseWhoDoNotTakeThem() throws IOException {
    body = Body.EIGHT_BIT_MIME;
    octets = "Subject: x\r\n\r\ngrüße\r\n".getBytes(StandardCharsets.UTF_8);
    PoliteServer knows = new PoliteServer("8BITMIME");
    host(knows);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(knows.taken().getFirst().mail())
        .isEqualTo("MAIL FROM:<ana@example.test> BODY=8BITMIME");
    assertThat(knows.taken().getFirst().octets()).contains("gr\u00c3\u00bc\u00c3\u009fe");
    hosts.clear();
    PoliteServer knowsNot = new PoliteServer();
    host(knowsNot);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx2");
    assertThat(knowsNot.taken().getFirst().mail()).isEqualTo("MAIL FROM:<ana@example.test>");
    assertThat(knowsNot.taken().getFirst().octets())
        .contains("Content-Transfer-Encoding: quoted-printable", "gr=C3=BC=C3=9Fe")
        .matches("[\\x00-\\x7f]*");
    octets = "Content-Transfer-Encoding: x-odd\r\n\r\nü\r\n".getBytes(StandardCharsets.UTF_8);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.6.3");
    octets = TEXT.getBytes(StandardCharsets.UTF_8); // nothing to change
    deliver("bo@remote.test");
    assertThat(knowsNot.taken().getLast().octets()).isEqualTo(HEAD + TEXT);
  }

  @Test
  void whatNeedsUtf8GoesToThoseWhoTakeIt() throws IOException {
    options = options.withUtf8(true);
    PoliteServer knows = new PoliteServer("SMTPUTF8", "8BITMIME");
    host(knows);
    assertThat(deliver("jörg@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(knows.taken().getFirst().mail()).endsWith(" SMTPUTF8");
    hosts.clear();
    PoliteServer knowsNot = new PoliteServer("8BITMIME");
    host(knowsNot);
    // The addresses of some need it, those of others do not.
    assertThat(deliver("jörg@remote.test", "bo@remote.test"))
        .satisfiesExactly(
            o -> assertThat(o).startsWith("failed 5.6.7"),
            o -> assertThat(o).startsWith("delivered by mx2"));
    assertThat(knowsNot.taken().getFirst().mail()).isEqualTo("MAIL FROM:<ana@example.test>");
    octets = "Subject: grüße\r\n\r\nx\r\n".getBytes(StandardCharsets.UTF_8);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.6.7");
    octets = TEXT.getBytes(StandardCharsets.UTF_8);
    sender = "änne@example.test";
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.6.7");
  }

  /// RFC 2852 §4.1.4
  @Test
  void theTimeThatIsLeftIsPassedOn() throws IOException {
    options = options.withBy(new DeliverBy(120, DeliverBy.Mode.RETURN, true));
    PoliteServer polite = new PoliteServer("DELIVERBY 30");
    host(polite);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(polite.taken().getFirst().mail()).endsWith(" BY=60;RT");
    hosts.clear();
    host(new PoliteServer("DELIVERBY 100"));
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.3.3");
    options = options.withBy(new DeliverBy(10, DeliverBy.Mode.NOTIFY, false));
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx2");
    hosts.clear();
    PoliteServer late = new PoliteServer("DSN");
    host(late);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx3");
    assertThat(late.taken().getFirst().recipients())
        .containsExactly("RCPT TO:<bo@remote.test> NOTIFY=DELAY,FAILURE"); // §4.1.4.2
  }

  /// It may have the message, so no other host gets it now.
  @Test
  void theConnectionBreaksBehindTheFinalDot() throws IOException {
    host(new PoliteServer("PIPELINING").answers("RCPT TO:<no", "550 5.1.1 no").answers(".", ""));
    RemoteServer second = host(new PoliteServer());
    assertThat(deliver("bo@remote.test", "no@remote.test"))
        .containsExactly("deferred 4.4.2 SAME by mx1:", "failed 5.1.1 by mx1: 550 5.1.1 no");
    assertThat(second.connections()).isZero();
  }

  @Test
  void aMessageThatCannotBeReadWaits() throws IOException {
    RemoteServer server = host(new PoliteServer());
    try (Delivery.Errand errand = delivery.open(REMOTE)) {
      List<Outcome> outcomes = errand.deliver(message(-1), to("bo@remote.test"));
      assertThat(told(outcomes.getFirst())).startsWith("deferred 4.3.0");
      assertThat(deliver(errand, "bo@remote.test").getFirst()).startsWith("delivered");
    }
    assertThat(server.lines()).noneMatch(l -> l.startsWith("BDAT"));
  }

  /// RFC 8689 §4.2.2.
  @Test
  void aMessageMaySayThatItNeedsNoTls() throws IOException {
    guards = host -> Guard.chosen(TlsUse.REQUIRED);
    host(new PoliteServer());
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("deferred 4.7.4");
    options = MailOptions.NONE.withTlsOptional(true);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered");
    options = options.withRequireTls(true);
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("failed 5.7.");
  }

  @Test
  void logsInWhereTheRouteSaysSo() throws IOException {
    login = new Login("ana", "secret", false);
    guards = host -> Guard.chosen(TlsUse.REQUIRED);
    RemoteServer server = host(new PoliteServer("AUTH PLAIN").tls(GOOD));
    assertThat(deliver("bo@remote.test").getFirst()).startsWith("delivered by mx1");
    assertThat(server.lines()).anyMatch(l -> l.startsWith("AUTH PLAIN "));
  }

  @Test
  void aRouteMayEndBeforeItBegins() {
    delivery =
        new RemoteDelivery(
            (to, from, domain) -> {
              if (domain.equals("broken.test")) {
                throw new IllegalStateException("as the test wants it");
              }
              return new Route.Ended(Trouble.noSuchDomain(domain));
            },
            (blob, size) -> new ByteArrayInputStream(octets),
            dialer,
            settings,
            () -> NOW,
            Trace.off(),
            results::add);
    assertThat(deliver("bo@remote.test")).containsExactly("failed 5.1.2 by :");
    assertThat(deliver("bo@broken.test").getFirst()).startsWith("deferred 4.3.0");
  }
}
