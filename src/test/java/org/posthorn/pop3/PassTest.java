package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class PassTest extends Pop3Test {
  @Test
  void opensTheDrop() throws IOException {
    storeOfSize(100);
    LineClient c = stranger();
    say(c, "USER " + NAME, "+OK");
    sayExactly(c, "PASS " + PASSWORD, "+OK " + NAME + "'s maildrop has 1 message (100 octets)");
    assertThat(server().counters().loginsAccepted.sum()).isEqualTo(1);
  }

  @Test
  void wrongPasswordAndUnknownUserLookAlike() throws IOException {
    LineClient c = stranger();
    String refused = "-ERR [AUTH] wrong user name or password"; // RFC 3206 §4
    say(c, "USER " + NAME, "+OK");
    sayExactly(c, "PASS wrong", refused);
    say(c, "USER nobody@nowhere.test", "+OK");
    sayExactly(c, "PASS " + PASSWORD, refused);
    assertThat(server().counters().loginsRefused.sum()).isEqualTo(2);
  }

  @Test
  void aFailureTakesTheNameToo() throws IOException {
    LineClient c = stranger();
    sayExactly(c, "PASS x", "-ERR USER first");
    say(c, "USER " + NAME, "+OK");
    say(c, "PASS wrong", "-ERR [AUTH]");
    sayExactly(c, "PASS " + PASSWORD, "-ERR USER first");
    logIn(c);
  }

  @Test
  void everyOctetCounts() throws IOException {
    LineClient c = stranger();
    say(c, "USER " + NAME, "+OK");
    say(c, "PASS " + PASSWORD + " ", "-ERR [AUTH]");
    say(c, "USER " + NAME, "+OK");
    sayExactly(c, "PASS", "-ERR syntax: PASS password");
  }

  @Test
  void threeFailuresEndTheSession() throws IOException {
    LineClient c = stranger();
    for (int i = 0; i < 3; i++) {
      say(c, "USER " + NAME, "+OK");
      say(c, "PASS wrong" + i, "-ERR");
    }
    c.expectEnd();
  }
}
