package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// RFC 2920.
class PipeliningTest extends ServerTest {
  @Test
  void aWholeSessionInOneWrite() {
    SmtpTalk t = mx();
    t.say(
        "EHLO bar.com",
        "MAIL FROM:<a@b.c>",
        "RCPT TO:<green@foo.com>",
        "RCPT TO:<jones@foo.com>",
        "DATA",
        "Subject: one",
        ".",
        "MAIL FROM:<d@e.f>",
        "RCPT TO:<brown@foo.com>",
        "DATA",
        "Subject: two",
        ".",
        "QUIT");
    t.readReply();
    t.expect("250 2.1.0", "550 5.1.1", "250 2.1.5", "354", "250 2.0.0");
    t.expect("250 2.1.0", "250 2.1.5", "354", "250 2.0.0", "221");
    assertThat(backend.messages)
        .extracting(MemoryBackend.Message::text)
        .containsExactly("Subject: one\r\n", "Subject: two\r\n");
  }

  @Test
  void aCommandInPieces() {
    SmtpTalk t = mx();
    t.raw("NOOP\r\nNO").expect("250").raw("O").raw("P\r").raw("\n").expect("250 2.0.0 Nothing");
  }

  @Test
  void twoSessionsDoNotDisturbEachOther() {
    TestServer server = serve(MX);
    SmtpTalk one = server.connect().envelope();
    SmtpTalk two = server.connect().envelope();
    one.ask("DATA", "354").say("one");
    two.ask("RSET", "250").ask("RCPT TO:<jones@foo.com>", "503");
    two.cut();
    one.say(".").expect("250 2.0.0");
    assertThat(onlyMessage().text()).isEqualTo("one\r\n");
  }
}
