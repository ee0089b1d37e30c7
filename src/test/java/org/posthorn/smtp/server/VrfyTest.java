package org.posthorn.smtp.server;

import org.junit.jupiter.api.Test;

class VrfyTest extends ServerTest {
  @Test
  void strangersLearnNothing() {
    // RFC 5321 §7.3
    SmtpTalk t = mx();
    String answer = "252 2.0.0 I do not say, but will try to deliver what you send";
    t.say("VRFY jones@foo.com").expectExactly(answer);
    t.say("VRFY nobody@foo.com").expectExactly(answer);
    t.say("VRFY Crispin").expectExactly(answer);
    t.say("VRFY").expectExactly("501 5.5.4 Syntax: VRFY address");
  }

  @Test
  void whoIsLoggedInGetsAnAnswer() {
    SmtpTalk t = submission().hello().logIn("ana", MemoryBackend.PASSWORD);
    t.say("VRFY jones@foo.com").expectExactly("250 2.1.5 <jones@foo.com>");
    t.say("VRFY <jones@foo.com>").expectExactly("250 2.1.5 <jones@foo.com>");
    t.say("VRFY Crispin").expectExactly("501 5.1.3 Malformed address");
  }
}
