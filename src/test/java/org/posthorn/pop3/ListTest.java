package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class ListTest extends Pop3Test {
  @Test
  void all() throws IOException {
    storeOfSize(120);
    storeOfSize(200);
    storeOfSize(300);
    LineClient c = login();
    assertThat(lines(c, "LIST")).containsExactly("1 120", "2 200", "3 300");
    say(c, "DELE 2", "+OK");
    assertThat(lines(c, "LIST")).containsExactly("1 120", "3 300");
  }

  @Test
  void one() throws IOException {
    storeOfSize(120);
    storeOfSize(200);
    LineClient c = login();
    sayExactly(c, "LIST 2", "+OK 2 200");
    sayExactly(c, "LIST 3", "-ERR no such message, only 2 messages in maildrop");
    sayExactly(c, "LIST 0", "-ERR syntax: LIST [message]");
    sayExactly(c, "LIST -1", "-ERR syntax: LIST [message]");
    sayExactly(c, "LIST 1 2", "-ERR syntax: LIST [message]");
    say(c, "DELE 2", "+OK");
    sayExactly(c, "LIST 2", "-ERR message 2 already deleted");
  }

  @Test
  void nothing() throws IOException {
    LineClient c = login();
    assertThat(lines(c, "LIST")).isEmpty();
    sayExactly(c, "LIST 1", "-ERR no such message, only 0 messages in maildrop");
  }
}
