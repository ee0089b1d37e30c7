package org.posthorn.smtp.server;

import org.junit.jupiter.api.Test;

class ExpnTest extends ServerTest {
  @Test
  void strangersLearnNothing() {
    mx().ask("EXPN staff@foo.com", "252 2.0.0").ask("EXPN", "501 5.5.4 Syntax: EXPN address");
  }

  @Test
  void whoIsLoggedInGetsAnAnswer() {
    submission()
        .hello()
        .logIn("ana", MemoryBackend.PASSWORD)
        .say("EXPN staff@foo.com")
        .expectExactly("250-2.1.5 <jones@foo.com>")
        .expectExactly("250 2.1.5 <brown@foo.com>");
  }
}
