package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.NetworkSet;

/// BURL (RFC 4468).
class BurlTest extends ServerTest {
  // RFC 4468 §3.4
  private static final String URL =
      "imap://harry@gryffindor.example.com/outbox;uidvalidity=1078863300/;uid=25;"
          + "urlauth=submit+harry:internal:91354a473744909de610943775f92038";
  private static final String WRONG = URL.replace(":91", ":71");

  @BeforeEach
  void outbox() {
    put(URL, "Subject: owl\r\n\r\nHoot\r\n");
  }

  private void put(String url, String text) {
    backend.urls.put(url, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private SmtpTalk harry(SmtpConfig config) {
    return serve(config).connect().hello().logIn("harry", MemoryBackend.PASSWORD);
  }

  private SmtpTalk envelope() {
    return harry(SUBMISSION).envelope();
  }

  @Test
  void aSubmission() {
    // RFC 4468 §3.4, first example
    SmtpTalk t = serve(SUBMISSION).connect();
    assertThat(t.offered()).contains("8BITMIME", "BURL");
    t.ask("AUTH PLAIN " + SmtpTalk.plain("", "harry", MemoryBackend.PASSWORD), "235 2.7.0 ");
    assertThat(t.offered()).contains("BURL imap");
    t.ask("MAIL FROM:<harry@gryffindor.example.com>", "250 ").ask("RCPT TO:<ron@foo.com>", "250 ");
    t.ask("BURL " + URL + " LAST", "250 2.0.0 Delivered").ask("QUIT", "221");
    assertThat(onlyMessage().text()).isEqualTo("Subject: owl\r\n\r\nHoot\r\n");
  }

  @Test
  void pipelined() {
    // RFC 4468 §3.4, second example
    SmtpTalk t = serve(SUBMISSION).connect().hello();
    t.say(
        "AUTH PLAIN " + SmtpTalk.plain("", "harry", MemoryBackend.PASSWORD),
        "MAIL FROM:<harry@gryffindor.example.com>",
        "RCPT TO:<ron@foo.com>",
        "BURL " + URL + " LAST");
    t.expect("235 2.7.0", "250 ", "250 ", "250 2.0.0 Delivered");
  }

  @Test
  void withoutRecipients() {
    // RFC 4468 §3.4, third example
    SmtpTalk t = harry(SUBMISSION).ask("MAIL FROM:<harry@gryffindor.example.com>", "250");
    t.ask("RCPT TO:<malfoy@slitherin.example.com>", "550 5.7.1 ");
    t.ask("BURL " + URL + " LAST", "554 5.5.").ask("BURL " + URL + " LAST", "503 5.5.1 MAIL first");
  }

  @Test
  void withoutPermission() {
    // RFC 4468 §3.4, fourth example
    envelope().ask("BURL " + WRONG + " LAST", "554 5.7.0 IMAP URL authorization failed");
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void mixedWithChunks() {
    // RFC 4468 §3.2
    put("imap://x/1", "Subject: x\r\n\r\nbo");
    put("imap://x/2", "dy");
    SmtpTalk t = envelope();
    t.raw("BURL imap://x/1\r\nBDAT 1\r\n-BURL imap://x/2\r\nBDAT 2 LAST\r\n\r\n");
    t.expect("250 2.5.0 Waiting for additional BURL or BDAT commands", "250 2.0.0 1 octets");
    t.expect("250 2.5.0 Waiting", "250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo("Subject: x\r\n\r\nbo-dy\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BURL nothing:/here", "BURL", "BURL a b c", "BURL a FIRST"})
  void aFailureEndsTheTransaction(String line) {
    // RFC 4468 §3.2
    SmtpTalk t = envelope();
    t.raw("BDAT 1\r\nx" + line + "\r\nBDAT 6 LAST\r\nQUIT\r\nNOOP\r\n").expect("250", "5");
    t.expect("503 5.5.1 The message was refused already", "250 2.0.0 Nothing");
    t.envelope().raw(line + "\r\nBDAT 6 LAST\r\nQUIT\r\n").expect("5", "503 5.5.1");
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void whatIsTooBig() {
    put("imap://x/big", "x".repeat(65537));
    put("imap://x/half", "x".repeat(40_000));
    SmtpConfig small = SUBMISSION.withMessageMax(65536);
    SmtpTalk t = harry(small).envelope();
    t.ask("BURL imap://x/big LAST", "554 5.3.4 Message larger than 65536 octets");
    t.envelope().ask("BURL imap://x/half", "250 2.5.0");
    t.ask("BURL imap://x/half LAST", "554 5.3.4 Message larger than 65536 octets");
    t.envelope().ask("BURL imap://x/half LAST", "250 2.0.0 Delivered");
  }

  @Test
  void whatIsNoText() {
    put("imap://x/nul", "a\0b");
    put("imap://x/lf", "a\nb");
    SmtpTalk t = envelope().ask("BURL imap://x/nul LAST", "550 5.6.0 Message contains NUL");
    t.envelope().ask("BURL imap://x/lf LAST", "250 2.0.0 Delivered");
    assertThat(onlyMessage().text()).isEqualTo("a\r\nb");
  }

  @Test
  void whatCannotBeRead() {
    envelope().ask("BURL imap://x/unreadable LAST", "451 4.4.1").ask("NOOP", "250");
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void aLongUrl() {
    String url = "imap://x/" + "y".repeat(4000);
    put(url, "x");
    envelope().ask("BURL " + url + " LAST", "250 2.0.0 Delivered");
  }

  @Test
  void isForWhoIsLoggedIn() {
    // RFC 4468 §3.1
    SmtpTalk t = serve(SUBMISSION.withRelay(NetworkSet.LOOPBACK)).connect().envelope();
    t.ask("BURL " + URL + " LAST", "530 5.7.0 Log in first").ask("DATA", "503 5.5.1 MAIL first");
    SmtpConfig strict = SmtpConfig.submission("foo.com");
    assertThat(serve(strict).connect().offered()).noneMatch(l -> l.startsWith("BURL"));
    assertThat(mx().offered()).noneMatch(l -> l.startsWith("BURL"));
    assertThatThrownBy(() -> MX.with(Feature.BURL)).isInstanceOf(IllegalArgumentException.class);
    lmtp().ask("BURL " + URL, "500 5.5.1 This is LMTP");
  }
}
