package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.directory.PasswordRules;
import org.posthorn.net.LineClient;

/// One POP3 session an account, and how a dead one loses it.
class ExclusionTest extends Pop3Test {
  private static final String IN_USE = "-ERR [IN-USE] maildrop already locked"; // RFC 2449 §8.1.1

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private void refused(LineClient c) throws IOException {
    say(c, "USER " + NAME, "+OK");
    sayExactly(c, "PASS " + PASSWORD, IN_USE);
  }

  @Test
  void theSecondIsRefused() throws IOException {
    LineClient first = login();
    LineClient second = stranger();
    refused(second);
    say(first, "QUIT", "+OK");
    logIn(second); // in the same connection
    assertThat(server().counters().inUse.sum()).isEqualTo(1);
  }

  @Test
  void aSilentOneLosesItsDrop() throws IOException {
    storeOfSize(100);
    LineClient first = login();
    say(first, "DELE 1", "+OK");
    pass(Claims.SILENCE_MAX.minusNanos(1));
    refused(stranger());
    pass(Duration.ofNanos(1));
    LineClient second = login();
    sayExactly(second, "STAT", "+OK 1 100");
    first.expectEnd();
    assertThat(server().counters().takenOver.sum()).isEqualTo(1);
    assertThat(inInbox()).isEqualTo(1);
    Await.until(() -> server().counters().open.sum() == 2); // the second and a stranger
    refused(stranger()); // the end of the first did not free what the second has
  }

  @Test
  void oneThatSpeaksKeepsIt() throws IOException {
    LineClient first = login();
    for (int i = 0; i < 5; i++) {
      pass(Duration.ofSeconds(20));
      say(first, "NOOP", "+OK");
    }
    pass(Duration.ofSeconds(20));
    refused(stranger());
    say(first, "NOOP", "+OK");
  }

  @Test
  void aLostConnectionFreesIt() throws IOException {
    LineClient first = login();
    first.reset();
    Await.until(() -> server().counters().open.sum() == 0);
    login();
  }

  @Test
  void othersAreNotConcerned() throws IOException {
    LineClient first = login();
    String other = "frated@dbc.mtview.ca.us";
    directory.addAccount(other, "word", PasswordRules.ANY);
    LineClient c = stranger();
    say(c, "USER " + other, "+OK");
    say(c, "PASS word", "+OK");
    say(first, "NOOP", "+OK");
    storeOfSize(100); // delivery goes on
    assertThat(inInbox()).isEqualTo(1);
  }
}
