package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class RsetTest extends Pop3Test {
  @Test
  void takesMarksBack() throws IOException {
    storeOfSize(120);
    storeOfSize(200);
    LineClient c = login();
    say(c, "DELE 1", "+OK");
    say(c, "DELE 2", "+OK");
    sayExactly(c, "STAT", "+OK 0 0");
    sayExactly(c, "RSET", "+OK maildrop has 2 messages (320 octets)"); // RFC 1939 §5
    sayExactly(c, "STAT", "+OK 2 320");
    sayExactly(c, "QUIT", "+OK dewey POP3 server signing off (2 messages left)");
    assertThat(inInbox()).isEqualTo(2);
  }
}
