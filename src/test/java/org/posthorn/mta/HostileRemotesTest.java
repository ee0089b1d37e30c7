package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.send;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.dns.Zones;
import org.posthorn.mta.SendingHost.Places;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.mta.send.Guards;
import org.posthorn.mta.send.OutboundConfig;
import org.posthorn.mta.send.Routes;
import org.posthorn.mta.send.TlsResults;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.PoliteServer;
import org.posthorn.smtp.client.RemoteServer;
import org.posthorn.smtp.client.Timing;
import org.posthorn.smtp.server.SmtpTalk;

/// From a mail program to servers that mean harm, or do not care: what they do costs them a
/// connection, and nobody else anything. Their mail waits, is tried at the times of the schedule
/// and no sooner, and comes back once.
class HostileRemotesTest {
  private static final Timing SHORT = Timing.all(Duration.ofMillis(400));
  private static final int RECIPIENTS = 1000;

  private static final SSLContext TLS =
      TestCertificates.clientContext(
          TestCertificates.client(
              TestCertificates.authority("Anchor"), "CN=remote", Duration.ofHours(1)));

  private final Places places = new Places();
  private final PoliteServer fair = new PoliteServer("PIPELINING");
  private final List<RemoteServer> servers = new ArrayList<>();
  private SendingHost host;

  private void open(Timing timing) throws IOException {
    host = new SendingHost(new MailHost(), places, timing);
    host.mail.account("ana@foo.com");
    place("fair.test", fair);
  }

  private RemoteServer place(String domain, RemoteServer.Script script) throws IOException {
    RemoteServer server = RemoteServer.start(script);
    servers.add(server);
    places.at(domain, new InetSocketAddress(server.address(), server.port()));
    return server;
  }

  @AfterEach
  void close() throws IOException {
    for (RemoteServer s : servers) {
      s.close();
    }
    host.close();
  }

  private void submit(String... to) {
    try (SmtpTalk t = host.logIn("ana@foo.com")) {
      for (String one : to) {
        assertThat(send(t, "ana@foo.com", one, "From: ana@foo.com", "Subject: x", "", "Hi"))
            .startsWith("250");
      }
    }
  }

  private List<String> inbox() {
    return host.mail.inbox("ana@foo.com");
  }

  /// What a server does instead of serving.
  enum Trick implements RemoteServer.Script {
    /// B12: an octet now and then, and never an end. The client's patience is short here, and
    /// minutes elsewhere: what counts is that octets do not prolong it.
    TICKS {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        while (true) { // until the client goes
          peer.raw("2");
          peer.socket().setSoTimeout(50); // a pause
          try {
            if (peer.socket().getInputStream().read() < 0) {
              return;
            }
          } catch (SocketTimeoutException e) {
            // nothing was said, so on it goes
          }
        }
      }
    },
    SAYS_NOTHING {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.drain();
      }
    },
    HANGS_UP {
      @Override
      public void talk(RemoteServer.Peer peer) {}
    },
    /// B21
    ANSWERS_WITHOUT_END {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.send("220 hello");
        peer.expect("EHLO");
        byte[] lines = "250-and another thing\r\n".repeat(1000).getBytes();
        for (long n = 0; n < ENDLESS; n += lines.length) {
          peer.raw(lines);
        }
      }
    },
    ANSWERS_IN_ONE_LINE {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.send("220 hello");
        peer.expect("EHLO");
        byte[] part = "250-blah".repeat(1000).getBytes();
        for (long n = 0; n < ENDLESS; n += part.length) {
          peer.raw(part);
        }
      }
    },
    ANSWERS_999 {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.send("220 hello");
        peer.expect("EHLO");
        peer.send("250 mx");
        peer.expect("MAIL");
        peer.send("999 4.7.1 what now?").drain();
      }
    },
    BREAKS_TLS {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.send("220 hello");
        peer.expect("EHLO");
        peer.send("250-mx", "250 STARTTLS");
        peer.expect("STARTTLS");
        peer.send("220 go");
        peer.startTls(TLS);
        peer.expect("EHLO");
        peer.send("250-mx", "250 CHUNKING");
        peer.expect("MAIL");
        peer.send("250 ok");
        peer.expect("RCPT");
        peer.send("250 ok");
        peer.expect("BDAT");
        peer.octets(10);
        peer.reset(); // without close_notify, in the middle of a chunk
      }
    },
    /// Takes the message, and hangs up instead of saying so.
    NEVER_CONFIRMS {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.send("220 hello");
        peer.expect("EHLO");
        peer.send("250 mx");
        peer.expect("MAIL");
        peer.send("250 ok");
        peer.expect("RCPT");
        peer.send("250 ok");
        peer.expect("DATA");
        peer.send("354 go");
        peer.data();
      }
    },
    SAYS_354_TO_ALL {
      @Override
      public void talk(RemoteServer.Peer peer) throws IOException {
        peer.send("220 hello");
        while (peer.line() != null) {
          peer.send("354 go on");
        }
      }
    };

    private static final long ENDLESS = 10_000_000;
  }

  @ParameterizedTest
  @EnumSource
  void whatTheyDoCostsOneConnectionATry(Trick trick) throws IOException {
    boolean waits = trick == Trick.TICKS || trick == Trick.SAYS_NOTHING;
    open(waits ? SHORT : SendingHost.PATIENT);
    RemoteServer hostile = place("hostile.test", trick);
    submit("bo@hostile.test");
    if (!waits) { // with so little patience also a fair one may seem silent
      submit("cy@fair.test");
    }
    for (int tries = 1; tries <= 3; tries++) {
      host.tried(tries);
      List<QueuedRecipient> left = host.left();
      assertThat(left).hasSize(1);
      assertThat(left.getFirst().tries()).isEqualTo(tries);
      assertThat(left.getFirst().last().status()).matches("4\\.[457]\\..");
      assertThat(hostile.connections()).as("connections").isEqualTo(tries);
      host.nextTry();
    }
    host.tried(4);
    assertThat(fair.taken()).hasSize(waits ? 0 : 1);
    assertThat(inbox()).isEmpty();
  }

  /// To the end of the schedule: one notice, and a bounded number of connections.
  @ParameterizedTest
  @EnumSource(names = {"HANGS_UP", "ANSWERS_999", "NEVER_CONFIRMS"})
  void inTheEndTheirMailComesBackOnce(Trick trick) throws IOException {
    open(SendingHost.PATIENT);
    RemoteServer hostile = place("hostile.test", trick);
    submit("bo@hostile.test");
    int tries = 1;
    host.tried(tries);
    while (!host.left().isEmpty()) {
      host.nextTry();
      host.tried(++tries);
      assertThat(tries).isLessThan(60);
    }
    host.drained();
    assertThat(hostile.connections()).isLessThanOrEqualTo(tries);
    List<String> notices = inbox();
    assertThat(notices).hasSize(2);
    assertThat(notices.get(0)).contains("Action: delayed", "bo@hostile.test");
    assertThat(notices.get(1)).contains("Action: failed", "bo@hostile.test");
  }

  /// One that says it has too much is asked less, and not left out.
  @Test
  void manyMessagesToOneThatRefusesAreNoStorm() throws IOException {
    open(SendingHost.PATIENT);
    RemoteServer busy = place("busy.test", new PoliteServer().banner("421 4.3.2 too much"));
    String[] all = new String[200];
    for (int i = 0; i < all.length; i++) {
      all[i] = "u" + i + "@busy.test";
    }
    submit(all);
    host.tried(1);
    assertThat(busy.connections()).isLessThanOrEqualTo(5);
    host.nextTry();
    host.tried(1);
    assertThat(busy.connections()).isLessThanOrEqualTo(7);
    assertThat(host.left()).hasSize(all.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"PIPELINING", "PIPELINING CHUNKING", "8BITMIME"})
  void anAddressBookInOneMessage(String offered) throws IOException {
    host = new SendingHost(new MailHost(SendingLimits.Rates.NONE), places);
    host.mail.account("ana@foo.com");
    PoliteServer mx = new PoliteServer(offered.split(" "));
    RemoteServer server = place("fair.test", mx);
    try (SmtpTalk t = host.logIn("ana@foo.com")) {
      t.ask("MAIL FROM:<ana@foo.com>", "250");
      for (int i = 0; i < RECIPIENTS; i++) {
        t.ask("RCPT TO:<u" + i + "@fair.test>", "250");
      }
      t.ask("DATA", "354").say("From: ana@foo.com", "", "Hi", ".").expect("250");
    }
    host.drained();
    Map<String, Integer> copies = new HashMap<>();
    for (PoliteServer.Taken m : mx.taken()) {
      assertThat(m.recipients()).hasSizeLessThanOrEqualTo(100);
      m.recipients().forEach(r -> copies.merge(r, 1, Integer::sum));
    }
    assertThat(copies).hasSize(RECIPIENTS);
    assertThat(copies.values()).containsOnly(1);
    assertThat(mx.taken()).hasSize(10);
    assertThat(server.connections()).isEqualTo(1);
  }

  // ---- by name (B22)

  private static Routes routes(Zones zones, int port, boolean allowPrivate) {
    OutboundConfig config =
        OutboundConfig.direct("mx.foo.com").withPort(port).withAllowPrivate(allowPrivate);
    return new Routes(
        config,
        zones,
        new Guards(zones, null, InstantSource.system(), TlsResults.NOBODY),
        Ticker.SYSTEM,
        a -> null,
        new Random(1));
  }

  private void openByName(Zones zones, int port, boolean allowPrivate) {
    host = new SendingHost(new MailHost(), routes(zones, port, allowPrivate)::find);
    host.mail.account("ana@foo.com");
  }

  @Test
  void whatLeadsBackOrNowhereComesBackOnceAndDialsNobody() throws IOException {
    RemoteServer trap = RemoteServer.start(RemoteServer.Peer::drain);
    servers.add(trap);
    Zones zones =
        new Zones()
            .mx("localhost.test", 10, "localhost")
            .mx("loopback.test", 10, "a.loopback.test")
            .address("a.loopback.test", "127.0.0.1")
            .mx("private.test", 10, "a.private.test")
            .address("a.private.test", "10.0.0.1")
            .mx("zero.test", 10, "a.zero.test")
            .address("a.zero.test", "0.0.0.0")
            .mx("mapped.test", 10, "a.mapped.test")
            .address("a.mapped.test", "::1")
            .mx("null.test", 0, "");
    openByName(zones, trap.port(), false);
    String[] domains = {"localhost", "loopback", "private", "zero", "mapped", "null", "nowhere"};
    for (String d : domains) {
      submit("bo@" + d + ".test");
    }
    host.drained();
    assertThat(inbox()).hasSize(domains.length);
    for (String d : domains) {
      assertThat(inbox().stream().filter(n -> n.contains("bo@" + d + ".test"))).as(d).hasSize(1);
    }
    assertThat(inbox()).allMatch(n -> n.contains("Action: failed"));
    assertThat(trap.connections()).isZero();
  }

  @Test
  void mailIsNotSentToOurselvesByAnyName() throws IOException {
    Zones zones = new Zones().mx("elsewhere.test", 10, "mx.foo.com");
    zones.address("mx.foo.com", "45.0.0.1");
    openByName(zones, OutboundConfig.SMTP, true);
    submit("bo@elsewhere.test");
    host.drained();
    assertThat(inbox()).hasSize(1);
    assertThat(inbox().getFirst()).contains("Status: 5.4.6");
  }

  @Test
  void ofFiveHundredHostsAFewAreTried() throws IOException {
    RemoteServer busy = RemoteServer.start(new PoliteServer().banner("421 4.3.2 too much"));
    servers.add(busy);
    Zones zones = new Zones();
    for (int i = 0; i < 500; i++) {
      zones
          .mx("many.test", 10, "h" + i + ".many.test")
          .address("h" + i + ".many.test", "127.0.0.1");
    }
    openByName(zones, busy.port(), true);
    submit("bo@many.test");
    host.tried(1);
    assertThat(busy.connections()).isBetween(1, 10);
    assertThat(host.left().getFirst().last().status()).isEqualTo("4.3.2");
  }
}
