package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;
import org.posthorn.net.LineClient;

class DeleTest extends Pop3Test {
  @Test
  void marksAndNothingElse() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    sayExactly(c, "DELE 1", "+OK message 1 deleted");
    sayExactly(c, "DELE 1", "-ERR message 1 already deleted");
    sayExactly(c, "DELE 2", "-ERR no such message, only 1 message in maildrop");
    sayExactly(c, "DELE", "-ERR syntax: DELE message");
    assertThat(inInbox()).isEqualTo(1);
  }

  @Test
  void withoutQuitNothingIsRemoved() throws IOException {
    storeOfSize(100);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    c.close();
    Await.until(() -> server().counters().open.sum() == 0);
    assertThat(inInbox()).isEqualTo(1);
  }
}
