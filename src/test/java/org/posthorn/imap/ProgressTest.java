package org.posthorn.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.store.TestStore;

/// RFC 9585.
class ProgressTest {
  private static final int MESSAGES = 300;

  /// Time that passes by so much whenever somebody looks at it.
  private static List<String> search(Duration step, String command) throws IOException {
    var nanos = new AtomicLong();
    List<String> answer = new ArrayList<>();
    try (var server =
            new ImapTestServer(
                ImapTestServer.CONFIG, new TestStore(), () -> nanos.addAndGet(step.toNanos()));
        LineClient c = LineClient.connect(server.listener.address())) {
      String user = server.account();
      server.fill(user, MESSAGES);
      c.expect("* OK ");
      c.send("a LOGIN " + user + " " + ImapTestServer.PASSWORD);
      c.expect("a OK ");
      c.send("b SELECT INBOX");
      while (!c.readLine().startsWith("b OK")) {}
      c.send("c " + command);
      String line = c.readLine();
      while (!line.startsWith("c ")) {
        answer.add(line);
        line = c.readLine();
      }
      assertThat(line).startsWith("c OK");
    }
    return answer;
  }

  @Test
  void longSearchTellsHowFarItIs() throws IOException {
    List<String> answer = search(Duration.ofMillis(250), "SEARCH BODY \"nowhere to be found\"");
    assertThat(answer.removeLast()).isEqualTo("* SEARCH");
    assertThat(answer).isNotEmpty();
    long last = 0;
    for (String line : answer) {
      assertThat(line).matches("\\* OK \\[INPROGRESS \\(\"c\" \\d+ " + MESSAGES + "\\)] .+");
      long done = Long.parseLong(line.split(" ")[4]);
      assertThat(done).isGreaterThan(last).isLessThanOrEqualTo(MESSAGES);
      last = done;
    }
    assertThat(answer.size()).as("not with every message").isLessThan(MESSAGES / 10);
  }

  @Test
  void quickSearchTellsNothing() throws IOException {
    assertThat(search(Duration.ofMillis(1), "SEARCH BODY \"nowhere to be found\""))
        .containsExactly("* SEARCH");
  }
}
