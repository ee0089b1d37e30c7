package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// RFC 2033.
class LmtpTest extends ServerTest {
  private SmtpTalk greeted() {
    SmtpTalk t = lmtp();
    t.say("LHLO bar.com");
    t.readReply();
    return t;
  }

  @Test
  void eachRecipientHasAReply() {
    SmtpTalk t = greeted();
    t.say(
        "MAIL FROM:<chris@bar.com>",
        "RCPT TO:<pat@foo.com>",
        "RCPT TO:<later@foo.com>",
        "RCPT TO:<green@foo.com>",
        "RCPT TO:<never@foo.com>",
        "RCPT TO:<pat@foo.com>",
        "DATA");
    t.expect("250", "250", "250", "550 5.1.1", "250", "250", "354");
    t.say("Blah", ".");
    t.expect(
        "250 2.0.0 Delivered to <pat@foo.com>",
        "451 4.3.0 Not now",
        "554 5.6.0 Never",
        "250 2.0.0 Delivered to <pat@foo.com>");
    t.ask("QUIT", "221 2.0.0").expectClosed();
  }

  @Test
  void aFaultOfTheTextIsToldForEach() {
    SmtpTalk t = greeted();
    t.say("MAIL FROM:<>", "RCPT TO:<a@foo.com>", "RCPT TO:<b@foo.com>", "DATA");
    t.expect("250", "250", "250", "354");
    t.raw("a\0\r\n.\r\n").expect("550 5.6.0", "550 5.6.0").ask("NOOP", "250");
  }

  @Test
  void aFailureOfOursIsToldForEach() {
    SmtpTalk t = greeted();
    t.say("MAIL FROM:<>", "RCPT TO:<thrower@foo.com>", "RCPT TO:<b@foo.com>", "DATA", ".");
    t.expect("250", "250", "250", "354", "451 4.3.0 Local", "451 4.3.0 Local").ask("NOOP", "250");
  }

  @Test
  void dataWithoutRecipientsIs503() {
    // RFC 2033 §4.2
    SmtpTalk t = greeted();
    t.say("MAIL FROM:<>", "DATA").expect("250", "503 5.5.1 RCPT first");
  }

  @Test
  void unknownRecipientsNeverEndTheSession() {
    SmtpTalk t = greeted().ask("MAIL FROM:<>", "250");
    for (int i = 0; i < 300; i++) {
      t.ask("RCPT TO:<green@foo.com>", "550 5.1.1");
    }
    t.ask("RCPT TO:<jones@foo.com>", "250");
  }

  @Test
  void bareLfIsMended() {
    SmtpTalk t = greeted();
    t.raw("MAIL FROM:<>\nRCPT TO:<a@foo.com>\nDATA\n").expect("250", "250", "354");
    t.raw("a\n.\nb\r\n.\r\n").expect("250 2.0.0");
    assertThat(onlyMessage().text()).isEqualTo("a\r\n.\r\nb\r\n");
    assertThat(onlyMessage().client().with(false)).isEqualTo("LMTP");
  }
}
