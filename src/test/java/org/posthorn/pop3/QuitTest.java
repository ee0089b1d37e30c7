package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class QuitTest extends Pop3Test {
  @Test
  void beforeLogin() throws IOException {
    LineClient c = stranger();
    sayExactly(c, "QUIT", "+OK dewey POP3 server signing off");
    c.expectEnd();
  }

  @Test
  void removesWhatWasMarked() throws IOException {
    for (int i = 0; i < 5; i++) {
      storeOfSize(100 + i);
    }
    LineClient c = login();
    say(c, "DELE 2", "+OK");
    say(c, "DELE 4", "+OK");
    sayExactly(c, "QUIT", "+OK dewey POP3 server signing off (3 messages left)");
    assertThat(inInbox()).isEqualTo(3);
    c.expectEnd();
    assertThat(lines(login(), "LIST")).containsExactly("1 100", "2 102", "3 104");
    assertThat(server().counters().messagesRemoved.sum()).isEqualTo(2);
  }

  @Test
  void ignoresWhatIsGoneAlready() throws IOException {
    long first = storeOfSize(100);
    storeOfSize(200);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    say(c, "DELE 2", "+OK");
    expunge(first);
    say(c, "QUIT", "+OK");
    assertThat(inInbox()).isZero();
  }

  @Test
  void leavesWhatCameLater() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    storeOfSize(200);
    sayExactly(c, "QUIT", "+OK dewey POP3 server signing off (maildrop empty)");
    assertThat(inInbox()).isEqualTo(1);
  }

  @Test
  void thenTheNextMayComeAtOnce() throws IOException {
    for (int i = 0; i < 20; i++) {
      LineClient c = login();
      say(c, "QUIT", "+OK");
    }
    assertThat(server().counters().inUse.sum()).isZero();
  }
}
