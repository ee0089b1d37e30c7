package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;
import org.posthorn.net.Limits;
import org.posthorn.net.LineClient;
import org.posthorn.net.Listener;
import org.posthorn.net.ListenerConfig;
import org.posthorn.net.Ticker;
import org.posthorn.net.TlsContexts;
import org.posthorn.net.TlsMode;

/// Logins, TLS, timeouts, and the end of the server.
class SessionTest {
  @Test
  void noPasswordInClear() throws IOException {
    try (ImapTestServer server =
            new ImapTestServer(ImapTestServer.CONFIG.withCleartext(ImapConfig.Cleartext.REFUSED));
        ImapClient c = server.connect()) {
      // RFC 3501 §6.2.3
      assertThat(c.greeting)
          .contains(" LOGINDISABLED]")
          .doesNotContain(" AUTH=")
          .doesNotContain("SASL-IR");
      assertThat(c.no("LOGIN a b")).startsWith("[PRIVACYREQUIRED]");
      assertThat(c.no("AUTHENTICATE PLAIN AGEAYg==")).startsWith("[PRIVACYREQUIRED]");
      assertThat(c.ok("CAPABILITY").getFirst()).endsWith("LOGINDISABLED");
    }
  }

  @Test
  void startTls(@TempDir Path directory) throws IOException {
    TlsContexts tls =
        TlsContexts.selfSigned(
            directory.resolve("own.pem"), List.of("mail.example.test"), InstantSource.system());
    try (ImapTestServer server =
            new ImapTestServer(ImapTestServer.CONFIG.withCleartext(ImapConfig.Cleartext.REFUSED));
        Listener listener =
            Listener.open(
                ListenerConfig.of("imap", new InetSocketAddress("127.0.0.1", 0), TlsMode.STARTTLS),
                new Limits(),
                tls,
                Ticker.SYSTEM,
                server.server::serve);
        LineClient c = LineClient.connect(listener.address())) {
      String user = server.account();
      assertThat(c.expect("* OK ")).contains(" STARTTLS LOGINDISABLED]");
      // What comes behind STARTTLS in clear is never obeyed (command injection).
      c.raw("A1 STARTTLS\r\nA2 NOOP\r\n");
      c.expect("A1 OK ");
      c.startTls();
      c.send("A3 CAPABILITY");
      assertThat(c.readLine())
          .endsWith(" AUTH=SCRAM-SHA-1 AUTH=PLAIN AUTH=LOGIN")
          .doesNotContain("STARTTLS");
      c.expect("A3 OK");
      c.send("A4 STARTTLS");
      c.expect("A4 BAD TLS is on already");
      String plain = Base64.getEncoder().encodeToString(("\0" + user + "\0secret").getBytes());
      c.send("A5 AUTHENTICATE PLAIN " + plain);
      c.expect("A5 OK [CAPABILITY IMAP4rev1 ");
      c.send("A6 STARTTLS");
      c.expect("A6 BAD Already logged in");
    }
  }

  @Test
  void authenticatePlainAndLogin() throws IOException {
    try (ImapTestServer server = new ImapTestServer()) {
      String user = server.account();
      String plain = Base64.getEncoder().encodeToString(("\0" + user + "\0secret").getBytes());
      try (ImapClient c = server.connect()) {
        c.raw().send("A1 AUTHENTICATE PLAIN");
        c.raw().expect("+ ");
        c.raw().send(plain);
        c.raw().expect("A1 OK [CAPABILITY ");
      }
      try (ImapClient c = server.connect()) {
        c.raw().send("A1 authenticate login");
        c.raw().expect("+ VXNlcm5hbWU6");
        c.raw().send(Base64.getEncoder().encodeToString(user.getBytes()));
        c.raw().expect("+ UGFzc3dvcmQ6");
        c.raw().send(Base64.getEncoder().encodeToString("secret".getBytes()));
        c.raw().expect("A1 OK [CAPABILITY ");
      }
      try (ImapClient c = server.connect()) {
        String other =
            Base64.getEncoder().encodeToString(("boss\0" + user + "\0secret").getBytes());
        assertThat(c.no("AUTHENTICATE PLAIN " + other)).startsWith("[AUTHORIZATIONFAILED]");
        c.raw().send("A9 AUTHENTICATE PLAIN");
        c.raw().expect("+ ");
        c.raw().raw("x".repeat(1 << 16) + "\r\n");
        assertThat(c.raw().readLine()).contains("BAD");
      }
    }
  }

  @Test
  void silenceBeforeLoginEnds() throws IOException {
    try (ImapTestServer server =
            new ImapTestServer(ImapTestServer.CONFIG.withLoginTimeout(Duration.ofMillis(200)));
        ImapClient c = server.connect()) {
      c.raw().expect("* BYE Idle for too long");
      c.raw().expectEnd();
    }
  }

  @Test
  void slowTalkBeforeLoginEnds() throws IOException {
    try (ImapTestServer server =
            new ImapTestServer(ImapTestServer.CONFIG.withLoginTimeout(Duration.ofMillis(300)));
        ImapClient c = server.connect()) {
      String last = "";
      while (last != null && !last.startsWith("* BYE")) {
        c.raw().send("A NOOP");
        last = c.raw().readLine();
      }
      assertThat(last).startsWith("* BYE");
    }
  }

  @Test
  void idleSaysStillHere() throws IOException {
    try (ImapTestServer server =
        new ImapTestServer(ImapTestServer.CONFIG.withStillHere(Duration.ofMillis(100)))) {
      String user = server.account();
      try (ImapClient c = server.select(user)) {
        String tag = c.send("IDLE");
        c.raw().expect("+ idling");
        c.raw().expect("* OK Still here");
        c.raw().expect("* OK Still here");
        server.fill(user, 1);
        c.raw().readUntil("* 1 EXISTS");
        assertThat(server.server.counters().idling.sum()).isEqualTo(1);
        c.raw().send("DONE");
        c.raw().readUntil(tag + " OK");
        assertThat(server.server.counters().idling.sum()).isZero();
      }
    }
  }

  @Test
  void clientVanishesInIdle() throws IOException {
    try (ImapTestServer server = new ImapTestServer()) {
      String user = server.account();
      ImapClient c = server.select(user);
      c.send("IDLE");
      c.raw().expect("+ idling");
      c.raw().reset();
      server.fill(user, 3);
      Await.until(() -> server.server.counters().idling.sum() == 0);
    }
  }

  @Test
  void drainingEndsAtTheCommandBoundaryAlsoInIdle() throws Exception {
    try (ImapTestServer server = new ImapTestServer()) {
      String user = server.account();
      ImapClient waiting = server.select(user);
      ImapClient idling = server.select(user);
      idling.send("IDLE");
      idling.raw().expect("+ idling");
      Thread drain = Thread.ofVirtual().start(() -> server.listener.drain(Duration.ofSeconds(10)));
      waiting.raw().expect("* BYE [UNAVAILABLE] ");
      waiting.raw().expectEnd();
      idling.raw().expect("* BYE [UNAVAILABLE] ");
      idling.raw().expectEnd();
      drain.join();
    }
  }

  @Test
  void pipelinedCommandsRunInOrder() throws IOException {
    try (ImapTestServer server = new ImapTestServer()) {
      String user = server.account();
      server.fill(user, 5);
      try (ImapClient c = server.connect()) {
        var all = new StringBuilder("a LOGIN " + user + " secret\r\nb SELECT INBOX\r\n");
        for (int i = 0; i < 200; i++) {
          all.append("s").append(i).append(" STORE 1 ");
          all.append(i % 2 == 0 ? "+" : "-").append("FLAGS (\\Deleted)\r\n");
        }
        all.append("y STORE 2:3 +FLAGS.SILENT (\\Deleted)\r\nx EXPUNGE\r\nf FETCH 1:* UID\r\n");
        all.append("l LOGOUT\r\n");
        c.raw().raw(all.toString());
        List<String> lines = c.raw().readUntil("l OK");
        assertThat(lines)
            .containsSubsequence(
                "s0 OK STORE completed",
                "s199 OK STORE completed",
                "y OK STORE completed",
                "* 2 EXPUNGE",
                "* 2 EXPUNGE",
                "x OK EXPUNGE completed",
                "* 1 FETCH (UID 1)",
                "* 2 FETCH (UID 4)",
                "* 3 FETCH (UID 5)")
            .hasSizeGreaterThan(400);
      }
    }
  }

  @Test
  void withTheLoginTheCommandLimitGrows() throws IOException {
    try (ImapTestServer server = new ImapTestServer();
        ImapClient c = server.login(server.account())) {
      c.ok("SELECT INBOX");
      assertThat(c.ok("UID FETCH " + "1,".repeat(50_000) + "1 FLAGS")).isEmpty();
    }
  }
}
