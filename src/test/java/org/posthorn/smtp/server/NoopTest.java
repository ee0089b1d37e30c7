package org.posthorn.smtp.server;

import org.junit.jupiter.api.Test;

class NoopTest extends ServerTest {
  @Test
  void doesNothing() {
    SmtpTalk t = mx();
    t.say("NOOP").expectExactly("250 2.0.0 Nothing done");
    t.ask("NOOP whatever you say", "250 2.0.0");
    t.envelope().ask("NOOP", "250").ask("RCPT TO:<brown@foo.com>", "250 2.1.5");
  }

  @Test
  void aMillionFromAStrangerAreTooMany() {
    SmtpTalk t = mx();
    for (int i = 0; i < 200; i++) {
      t.ask("NOOP", "250");
    }
    t.ask("NOOP", "421 4.7.0 foo.com Too many commands without a message").expectClosed();
  }

  @Test
  void whoIsLoggedInMayIdleLonger() {
    SmtpTalk t = submission().hello().logIn("ana", MemoryBackend.PASSWORD);
    for (int i = 0; i < 300; i++) {
      t.ask("NOOP", "250");
    }
  }

  @Test
  void aMessageBeginsTheCountAnew() {
    SmtpTalk t = mx().hello();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 150; i++) {
        t.ask("NOOP", "250");
      }
      t.say("MAIL FROM:<>", "RCPT TO:<jones@foo.com>", "DATA", ".");
      t.expect("250", "250", "354", "250");
    }
  }
}
