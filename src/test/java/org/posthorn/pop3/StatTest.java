package org.posthorn.pop3;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class StatTest extends Pop3Test {
  @Test
  void countsWhatIsNotDeleted() throws IOException {
    storeOfSize(120);
    storeOfSize(200);
    LineClient c = login();
    sayExactly(c, "STAT", "+OK 2 320");
    say(c, "DELE 1", "+OK");
    sayExactly(c, "STAT", "+OK 1 200");
    sayExactly(c, "STAT x", "-ERR syntax: STAT");
    sayExactly(c, "stat  ", "+OK 1 200");
  }

  @Test
  void theDropIsFixedAtLogin() throws IOException {
    storeOfSize(120);
    LineClient c = login();
    storeOfSize(200);
    sayExactly(c, "STAT", "+OK 1 120");
    say(c, "QUIT", "+OK");
    sayExactly(login(), "STAT", "+OK 2 320");
  }

  @Test
  void anEmptyDrop() throws IOException {
    sayExactly(login(), "STAT", "+OK 0 0");
  }

  @Test
  void notBeforeLogin() throws IOException {
    sayExactly(stranger(), "STAT", "-ERR log in first");
  }
}
