package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RsetTest extends ServerTest {
  @Test
  void forgetsTheTransactionAndNothingElse() {
    SmtpTalk t = mx().envelope();
    t.say("RSET").expectExactly("250 2.0.0 Forgotten");
    t.ask("RCPT TO:<jones@foo.com>", "503 5.5.1 MAIL first").ask("MAIL FROM:<>", "250 2.1.0");
    assertThat(backend.events).containsExactly("aborted");
  }

  @Test
  void isAllowedAtAnyTime() {
    mx().ask("RSET", "250 2.0.0").ask("rset", "250 2.0.0").ask("RSET  ", "250 2.0.0");
  }

  @Test
  void takesNoArgument() {
    mx().ask("RSET all", "501 5.5.4 RSET takes no argument");
  }

  @Test
  void keepsTheLogin() {
    submission()
        .hello()
        .logIn("ana", MemoryBackend.PASSWORD)
        .ask("RSET", "250")
        .ask("MAIL FROM:<>", "250 2.1.0");
  }
}
