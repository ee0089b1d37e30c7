package org.posthorn.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.smtp.client.SmtpClientTest.mail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.Dialer;
import org.posthorn.net.ServerAuthorities;
import org.posthorn.net.TestCertificates;
import org.posthorn.net.Ticker;

/// TLS as the client, and logins.
class SmtpClientTlsTest {
  private static final String TEXT = "Subject: hello\r\n\r\nhello\r\n";
  private static final TestCertificates.Made AUTHORITY = TestCertificates.authority("Anchor");
  private static final SSLContext GOOD =
      TestCertificates.clientContext(
          TestCertificates.client(
              AUTHORITY,
              "CN=remote",
              Duration.ofHours(1),
              new GeneralName(GeneralName.dNSName, "mx.remote.test"),
              new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
              new GeneralName(GeneralName.dNSName, "*.wild.test")));

  @TempDir private Path directory;
  private final Dialer dialer = new Dialer(Ticker.SYSTEM);

  @AfterEach
  void closesWhatItOpened() {
    assertThat(dialer.connections()).isZero();
    assertThat(dialer.bufferBytes()).isZero();
    dialer.close();
  }

  private Settings settings(TlsUse use, Login login) throws IOException {
    ServerAuthorities authorities =
        ServerAuthorities.read(TestCertificates.write(directory.resolve("ca.pem"), AUTHORITY));
    return new Settings("mx.posthorn.test", use, authorities, login, SmtpClientTest.TIMING);
  }

  private static Endpoint named(String name, RemoteServer server) {
    return new Endpoint(name, server.address(), server.port(), null);
  }

  @ParameterizedTest
  @EnumSource(TlsUse.class)
  void aMessageGoesUnderTls(TlsUse use) throws IOException {
    PoliteServer polite = new PoliteServer("PIPELINING");
    if (use.implicit()) {
      polite.implicitTls(GOOD);
    } else {
      polite.tls(GOOD);
    }
    boolean secure = use != TlsUse.NEVER;
    try (RemoteServer server = RemoteServer.start(polite)) {
      Opening opening =
          SmtpClient.open(dialer, named("mx.remote.test", server), settings(use, null));
      try (SmtpClient client = ((Opening.Ready) opening).client()) {
        client.send(mail(TEXT, "bo@remote.test"));
        assertThat(client.tls() != null).isEqualTo(secure);
        if (secure) {
          assertThat(client.tls().verified()).as(client.tls().doubt()).isTrue();
          assertThat(client.tls().toString()).matches("TLSv1\\.3 TLS_[A-Z0-9_]+");
        }
      }
      assertThat(polite.taken()).hasSize(1);
      assertThat(polite.taken().getFirst().tls()).isEqualTo(secure);
      boolean starts = secure && !use.implicit();
      assertThat(server.lines().stream().filter(l -> l.startsWith("EHLO"))).hasSize(starts ? 2 : 1);
    }
  }

  @Test
  void theReportTellsWhatACertificateIsWorth() throws IOException {
    SSLContext ended =
        TestCertificates.clientContext(
            TestCertificates.client(
                AUTHORITY,
                "CN=remote",
                Duration.ofMinutes(-1),
                new GeneralName(GeneralName.dNSName, "mx.remote.test")));
    SSLContext stranger =
        TestCertificates.clientContext(
            TestCertificates.client(
                TestCertificates.authority("Other"),
                "CN=remote",
                Duration.ofHours(1),
                new GeneralName(GeneralName.dNSName, "mx.remote.test")));
    SSLContext alone = TestCertificates.clientContext(TestCertificates.authority("Alone"));
    record Case(SSLContext context, String name, boolean good, String doubt) {}
    List<Case> cases =
        List.of(
            new Case(GOOD, "mx.remote.test", true, ""),
            new Case(GOOD, "MX.Remote.Test", true, ""),
            new Case(GOOD, "127.0.0.1", true, ""),
            new Case(GOOD, "a.wild.test", true, ""),
            new Case(GOOD, "b.a.wild.test", false, "not for b.a.wild.test"),
            new Case(GOOD, "remote", false, "not for remote"), // never the common name
            new Case(GOOD, "127.0.0.2", false, "not for 127.0.0.2"),
            new Case(alone, "mx.remote.test", false, "by itself alone"),
            new Case(ended, "mx.remote.test", false, "has expired"),
            new Case(stranger, "mx.remote.test", false, "nobody we trust"));
    for (Case c : cases) {
      try (RemoteServer server = RemoteServer.start(new PoliteServer().tls(c.context()))) {
        Opening opening =
            SmtpClient.open(dialer, named(c.name(), server), settings(TlsUse.REQUIRED, null));
        try (SmtpClient client = ((Opening.Ready) opening).client()) {
          assertThat(client.tls().verified()).as(c.name()).isEqualTo(c.good());
          assertThat(client.tls().doubt()).contains(c.doubt()).doesNotContain("PKIX", "sun.");
        }
        Opening strict =
            SmtpClient.open(dialer, named(c.name(), server), settings(TlsUse.VERIFIED, null));
        if (strict instanceof Opening.Ready r) {
          assertThat(c.good()).isTrue();
          r.client().close();
        } else {
          assertThat(c.good()).isFalse();
          Heard.Broken heard = (Heard.Broken) ((Opening.Ended) strict).heard();
          assertThat(heard.stage()).isEqualTo(Stage.TLS);
          assertThat(heard.cause()).isEqualTo(Heard.Cause.TLS);
          assertThat(heard.text()).contains(c.doubt());
        }
      }
    }
  }

  @Test
  void theServerIsAskedForByName() throws IOException {
    AtomicReference<String> asked = new AtomicReference<>();
    RemoteServer.Script script =
        peer -> {
          peer.send("220 hello");
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250 STARTTLS");
          peer.expect("STARTTLS");
          peer.send("220 go");
          SSLSocket socket =
              (SSLSocket) GOOD.getSocketFactory().createSocket(peer.socket(), null, true);
          socket.setUseClientMode(false);
          socket.startHandshake();
          asked.set(
              ((ExtendedSSLSession) socket.getSession()).getRequestedServerNames().toString());
        };
    try (RemoteServer server = RemoteServer.start(script)) {
      Opening opening =
          SmtpClient.open(
              dialer, named("mx.remote.test", server), settings(TlsUse.IF_OFFERED, null));
      assertThat(opening).isInstanceOf(Opening.Ended.class);
    }
    assertThat(asked.get()).contains("mx.remote.test");
  }

  @ParameterizedTest
  @EnumSource(TlsUse.class)
  void withoutAnOffer(TlsUse use) throws IOException {
    try (RemoteServer server = RemoteServer.start(new PoliteServer())) {
      if (use.implicit()) {
        return;
      }
      switch (SmtpClient.open(dialer, named("mx.remote.test", server), settings(use, null))) {
        case Opening.Ready r -> {
          r.client().close();
          assertThat(use.optional()).isTrue();
        }
        case Opening.Ended e -> {
          assertThat(use.optional()).isFalse();
          assertThat(e.heard()).isInstanceOf(Heard.Broken.class);
          assertThat(((Heard.Broken) e.heard()).cause()).isEqualTo(Heard.Cause.NOT_OFFERED);
        }
      }
    }
  }

  @Test
  void whoRefusesStartTlsGetsMailInClearUnlessTlsIsRequired() throws IOException {
    PoliteServer polite = new PoliteServer().tls(GOOD).answers("STARTTLS", "454 4.7.0 not now");
    try (RemoteServer server = RemoteServer.start(polite)) {
      Opening opening =
          SmtpClient.open(
              dialer, named("mx.remote.test", server), settings(TlsUse.IF_OFFERED, null));
      try (SmtpClient client = ((Opening.Ready) opening).client()) {
        assertThat(client.tls()).isNull();
        client.send(mail(TEXT, "bo@remote.test"));
      }
      assertThat(polite.taken()).hasSize(1);
      Opening strict =
          SmtpClient.open(dialer, named("mx.remote.test", server), settings(TlsUse.REQUIRED, null));
      assertThat(((Opening.Ended) strict).heard())
          .isEqualTo(
              new Heard.Answered(
                  Stage.STARTTLS, new RemoteReply(454, "4.7.0", List.of("not now"))));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "", "\u0015\u0003\u0003\u0000\u0002\u0002\u0028"})
  void aHandshakeThatFailsEndsTheConnection(String sent) throws IOException {
    RemoteServer.Script script =
        peer -> {
          peer.send("220 hello");
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250 STARTTLS");
          peer.expect("STARTTLS");
          peer.send("220 go").raw(sent.isEmpty() ? "" : sent + "\r\n");
        };
    try (RemoteServer server = RemoteServer.start(script)) {
      Opening opening =
          SmtpClient.open(
              dialer, named("mx.remote.test", server), settings(TlsUse.IF_OFFERED, null));
      Heard.Broken heard = (Heard.Broken) ((Opening.Ended) opening).heard();
      assertThat(heard.stage()).isEqualTo(Stage.TLS);
      assertThat(heard.cause()).isEqualTo(Heard.Cause.TLS);
      assertThat(server.lines()).noneMatch(l -> l.startsWith("MAIL"));
    }
  }

  /// B7 from the other side, CVE-2011-0411: answers that came in clear are not taken for answers
  /// under TLS.
  @Test
  void whatWasSaidInClearIsForgotten() throws IOException {
    RemoteServer.Script script =
        peer -> {
          peer.send("220 hello");
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250-AUTH PLAIN", "250 STARTTLS");
          peer.expect("STARTTLS");
          peer.raw("220 go\r\n250-evil.test\r\n250 SIZE 1\r\n");
          peer.startTls(GOOD);
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250 SIZE 1000");
          peer.expect("QUIT");
          peer.send("221 bye");
        };
    try (RemoteServer server = RemoteServer.start(script)) {
      Opening opening =
          SmtpClient.open(
              dialer, named("mx.remote.test", server), settings(TlsUse.IF_OFFERED, null));
      // What came in clear is either dropped or, if it arrived late, breaks the handshake.
      if (opening instanceof Opening.Ready r) {
        try (SmtpClient client = r.client()) {
          assertThat(client.features().sizeMax()).isEqualTo(1000);
          assertThat(client.features().mechanisms()).isEmpty();
        }
      } else {
        assertThat(((Opening.Ended) opening).heard().stage()).isEqualTo(Stage.TLS);
      }
    }
  }

  /// B9
  @Test
  void tlsEndsWithinTheMessage() throws IOException {
    RemoteServer.Script script =
        peer -> {
          peer.send("220 hello");
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250 STARTTLS");
          peer.expect("STARTTLS");
          peer.send("220 go").startTls(GOOD);
          peer.expect("EHLO");
          peer.send("250-mx.remote.test", "250 CHUNKING");
          peer.expect("MAIL");
          peer.send("250 ok");
          peer.expect("RCPT");
          peer.send("250 ok");
          peer.expect("BDAT");
          peer.octets(100);
          peer.socket().getOutputStream().write("250 taken in clear\r\n".getBytes());
        };
    try (RemoteServer server = RemoteServer.start(script)) {
      Opening opening =
          SmtpClient.open(
              dialer, named("mx.remote.test", server), settings(TlsUse.IF_OFFERED, null));
      try (SmtpClient client = ((Opening.Ready) opening).client()) {
        Heard heard = client.send(mail("x".repeat(100) + TEXT, "bo@remote.test")).getFirst();
        assertThat(heard).isInstanceOf(Heard.Broken.class);
        assertThat(heard.stage()).isIn(Stage.BODY, Stage.END);
        assertThat(client.usable()).isFalse();
      }
    }
  }

  private Opening login(PoliteServer polite, TlsUse use, Login login) throws IOException {
    try (RemoteServer server = RemoteServer.start(polite)) {
      Opening opening =
          SmtpClient.open(dialer, named("mx.remote.test", server), settings(use, login));
      if (opening instanceof Opening.Ready r) {
        r.client().close();
      }
      return opening;
    }
  }

  @Test
  void logsInByPlainAndLogin() throws IOException {
    Login ana = new Login("ana", "secret", false);
    String plain =
        Base64.getEncoder().encodeToString("\0ana\0secret".getBytes(StandardCharsets.UTF_8));
    PoliteServer polite =
        new PoliteServer("AUTH LOGIN PLAIN")
            .tls(GOOD)
            .answers("AUTH", "504 5.5.4 no")
            .answers("AUTH PLAIN " + plain, "235 2.7.0 welcome");
    assertThat(login(polite, TlsUse.REQUIRED, ana)).isInstanceOf(Opening.Ready.class);
    polite =
        new PoliteServer("AUTH=LOGIN")
            .tls(GOOD)
            .answers("AUTH LOGIN", "334 VXNlcm5hbWU6")
            .answers("YW5h", "334 UGFzc3dvcmQ6")
            .answers("c2VjcmV0", "235 2.7.0 welcome");
    assertThat(login(polite, TlsUse.REQUIRED, ana)).isInstanceOf(Opening.Ready.class);
  }

  @Test
  void aLoginMayFail() throws IOException {
    Login ana = new Login("ana", "secret", false);
    PoliteServer refuses =
        new PoliteServer("AUTH PLAIN").tls(GOOD).answers("AUTH", "535 5.7.8 wrong");
    Opening.Ended ended = (Opening.Ended) login(refuses, TlsUse.REQUIRED, ana);
    assertThat(ended.heard())
        .isEqualTo(new Heard.Answered(Stage.AUTH, new RemoteReply(535, "5.7.8", List.of("wrong"))));
    assertThat(ended.tls()).isNotNull();
    for (PoliteServer lacking :
        List.of(
            new PoliteServer("AUTH GSSAPI").tls(GOOD),
            new PoliteServer().tls(GOOD),
            new PoliteServer("AUTH PLAIN"))) {
      Opening opening = login(lacking, TlsUse.IF_OFFERED, ana);
      Heard.Broken heard = (Heard.Broken) ((Opening.Ended) opening).heard();
      assertThat(heard.stage()).isEqualTo(Stage.AUTH);
      assertThat(heard.cause()).isEqualTo(Heard.Cause.NOT_OFFERED);
      assertThat(heard.text()).doesNotContain("secret");
    }
    Login anywhere = new Login("ana", "secret", true);
    assertThat(login(new PoliteServer("AUTH PLAIN"), TlsUse.IF_OFFERED, anywhere))
        .isInstanceOf(Opening.Ready.class);
    assertThat(anywhere.toString()).doesNotContain("secret");
  }

  /// RFC 7677 §3
  @Test
  void scramAsInTheRfc() {
    ScramClient scram = new ScramClient("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    assertThat(scram.first()).isEqualTo("n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
    assertThat(
            scram.proof(
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"))
        .isEqualTo(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    assertThat(scram.confirms("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).isTrue();
    assertThat(scram.confirms("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "e=other-error",
        "r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=!!,i=4096",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1",
        "r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000",
        "m=x,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
      })
  void challengesThatAreNone(String challenge) {
    ScramClient scram = new ScramClient("user", "pencil", "rOprNGfwEbeRWgbNEkqO");
    assertThat(scram.proof(challenge)).isNull();
  }
}
