package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// RFC 5321 appendix D, word for word what the client says. Our texts differ, the codes do not.
class ScenariosTest extends ServerTest {
  @Test
  void typicalTransaction() {
    // RFC 5321 appendix D.1
    SmtpTalk t = mx().hello();
    t.ask("MAIL FROM:<Smith@bar.com>", "250 ");
    t.ask("RCPT TO:<Jones@foo.com>", "250 ");
    t.ask("RCPT TO:<Green@foo.com>", "550 5.1.1 No such user here");
    t.ask("RCPT TO:<Brown@foo.com>", "250 ");
    t.ask("DATA", "354 ");
    t.say("Blah blah blah...", "...etc. etc. etc.", ".").expect("250 ");
    t.ask("QUIT", "221 ").expectClosed();
    assertThat(onlyMessage().from()).isEqualTo("<Smith@bar.com>");
    assertThat(onlyMessage().to()).containsExactly("<Jones@foo.com>", "<Brown@foo.com>");
    // The example forgets to stuff its second line: its first dot goes.
    assertThat(onlyMessage().text()).isEqualTo("Blah blah blah...\r\n..etc. etc. etc.\r\n");
  }

  @Test
  void abortedTransaction() {
    // RFC 5321 appendix D.2
    SmtpTalk t = mx().hello();
    t.ask("MAIL FROM:<Smith@bar.com>", "250 ");
    t.ask("RCPT TO:<Jones@foo.com>", "250 ");
    t.ask("RCPT TO:<Green@foo.com>", "550 5.1.1 No such user here");
    t.ask("RSET", "250 ");
    t.ask("QUIT", "221 ").expectClosed();
    assertThat(backend.messages).isEmpty();
  }

  @Test
  void relayedMailAtItsDestination() {
    // RFC 5321 appendix D.3, step 2
    SmtpTalk t = mx().hello();
    t.ask("MAIL FROM:<JQP@bar.com>", "250 ");
    t.ask("RCPT TO:<Jones@FOO.COM>", "250 ");
    t.ask("DATA", "354 ");
    String[] text = {
      "Received: from bar.com by foo.com ; Thu, 21 May 1998",
      "    05:33:29 -0700",
      "Date: Thu, 21 May 1998 05:33:22 -0700",
      "From: John Q. Public <JQP@bar.com>",
      "Subject:  The Next Meeting of the Board",
      "To: Jones@xyz.com",
      "",
      "Bill:",
      "The next meeting of the board of directors will be",
      "on Tuesday.",
      "                        John.",
    };
    t.say(text).ask(".", "250 ");
    t.ask("QUIT", "221 ").expectClosed();
    assertThat(onlyMessage().text()).isEqualTo(String.join("\r\n", text) + "\r\n");
  }

  @Test
  void verifyingAndSending() {
    // RFC 5321 appendix D.4, by a stranger
    SmtpTalk t = mx().hello();
    t.ask("VRFY Crispin", "252 ");
    t.ask("MAIL FROM:<EAK@bar.com>", "250 ");
    t.ask("RCPT TO:<Admin.MRC@foo.com>", "250 ");
    t.ask("DATA", "354 ");
    t.say("Blah blah blah...", "...etc. etc. etc.", ".").expect("250 ");
    t.ask("QUIT", "221 ").expectClosed();
  }
}
