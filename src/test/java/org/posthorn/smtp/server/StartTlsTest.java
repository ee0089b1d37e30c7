package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

/// RFC 3207, and TLS from the first octet (RFC 8314 §3.3).
class StartTlsTest extends ServerTest {
  private SmtpTalk mxWithTls() {
    return serveTls(MX, TlsMode.STARTTLS).connect();
  }

  private static SmtpTalk upgrade(SmtpTalk t) {
    t.say("STARTTLS").expectExactly("220 2.0.0 Ready to start TLS");
    return t.startTls(LineClient.trustAll());
  }

  @Test
  void forgetsWhatTheClientSaid() {
    // RFC 3207 §4.2
    SmtpTalk t = upgrade(mxWithTls().hello());
    t.ask("MAIL FROM:<a@b.c>", "503 5.5.1 Say EHLO first");
    assertThat(t.offered()).doesNotContain("STARTTLS");
    t.envelope().say("DATA", ".").expect("354", "250").ask("QUIT", "221");
    assertThat(onlyMessage().client().with(false)).isEqualTo("ESMTPS");
    assertThat(onlyMessage().client().tls().version()).startsWith("TLSv1.");
  }

  @Test
  void dropsCommandsSentBehindIt() {
    // CVE-2011-0411
    SmtpTalk t = mxWithTls().hello();
    t.say("STARTTLS", "EHLO evil", "MAIL FROM:<evil@b.c>", "RCPT TO:<jones@foo.com>", "DATA");
    t.expect("220 2.0.0").startTls(LineClient.trustAll());
    t.ask("NOOP", "250 2.0.0 Nothing done").ask("DATA", "503 5.5.1 MAIL first");
    t.ask("MAIL FROM:<a@b.c>", "503 5.5.1 Say EHLO first");
    assertThat(backend.events).isEmpty();
  }

  @Test
  void happensOnceAndOutsideATransaction() {
    SmtpTalk t = mxWithTls();
    t.ask("STARTTLS", "503 5.5.1 Say EHLO first");
    t.envelope().ask("STARTTLS", "503 5.5.1 Not within a mail transaction").ask("RSET", "250");
    t.ask("STARTTLS now", "501 5.5.4 STARTTLS takes no argument");
    upgrade(t).hello().ask("STARTTLS", "503 5.5.1 TLS is on already");
  }

  @Test
  void bindsNoLoginToTheChannel() {
    backend.scram = true;
    SmtpTalk t =
        upgrade(serveTls(SmtpConfig.submission("foo.com"), TlsMode.STARTTLS).connect().hello());
    assertThat(t.offered()).contains("AUTH SCRAM-SHA-256 SCRAM-SHA-1 PLAIN LOGIN");
    t.ask("AUTH SCRAM-SHA-256-PLUS", "504 5.5.4");
  }

  @Test
  void makesPasswordsSafe() {
    SmtpConfig strict = SmtpConfig.submission("foo.com");
    SmtpTalk t = serveTls(strict, TlsMode.STARTTLS).connect();
    assertThat(t.offered()).contains("STARTTLS").noneMatch(l -> l.startsWith("AUTH"));
    upgrade(t);
    assertThat(t.offered()).contains("AUTH PLAIN LOGIN");
    t.logIn("ana", MemoryBackend.PASSWORD).envelope().say("DATA", ".").expect("354", "250");
    assertThat(onlyMessage().client().with(false)).isEqualTo("ESMTPSA");
  }

  @Test
  void notAfterALoginInClear() {
    serveTls(SUBMISSION, TlsMode.STARTTLS)
        .connect()
        .hello()
        .logIn("ana", MemoryBackend.PASSWORD)
        .ask("STARTTLS", "503 5.5.1 Not after AUTH");
  }

  @Test
  void submissionsIsUnderTlsFromTheStart() {
    SmtpTalk t = serveTls(SmtpConfig.submission("foo.com"), TlsMode.IMPLICIT).connectSilently();
    t.startTls(LineClient.trustAll()).expect("220 foo.com ESMTP Posthorn");
    assertThat(t.offered()).contains("AUTH PLAIN LOGIN").doesNotContain("STARTTLS");
  }

  @Test
  void noHandshakeNoSession() {
    TestServer server = serveTls(MX, TlsMode.STARTTLS);
    SmtpTalk t = server.connect().hello().ask("STARTTLS", "220");
    try {
      t.raw("MAIL FROM:<a@b.c>\r\nRCPT TO:<jones@foo.com>\r\n");
      for (String line = t.readLine(); line != null; line = t.readLine()) {
        assertThat(line).doesNotStartWith("250"); // at most an alert
      }
    } catch (UncheckedIOException | AssertionError e) {
      // Cut, or an alert that is no line.
    }
    server.connect().envelope();
  }

  @Test
  void theEndOfTlsWithinDataLeavesNothing() {
    // CVE-2026-45185 in another server: TLS closed in the middle of a message, then plain octets.
    TestServer server = serveTls(MX, TlsMode.STARTTLS);
    SmtpTalk t = upgrade(server.connect().hello()).envelope().ask("DATA", "354").say("half");
    t.endTlsAndSayInClear("\r\n.\r\n");
    t.close();
    server.close();
    assertThat(backend.messages).isEmpty();
    assertThat(backend.events).containsExactly("aborted");
  }
}
