package org.posthorn.pop3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;

class TopTest extends Pop3Test {
  private static final String HEADER = "Subject: x\r\nFrom: a@b.test\r\n\r\n";

  @Test
  void headerAndLines() throws IOException {
    store(HEADER + "one\r\n.two\r\n\r\nfour\r\n");
    LineClient c = login();
    assertThat(text(lines(c, "TOP 1 0"))).isEqualTo(HEADER);
    assertThat(text(lines(c, "TOP 1 1"))).isEqualTo(HEADER + "one\r\n");
    assertThat(text(lines(c, "TOP 1 2"))).isEqualTo(HEADER + "one\r\n.two\r\n");
    assertThat(text(lines(c, "TOP 1 3"))).isEqualTo(HEADER + "one\r\n.two\r\n\r\n");
    String all = HEADER + "one\r\n.two\r\n\r\nfour\r\n";
    assertThat(text(lines(c, "TOP 1 4"))).isEqualTo(all);
    assertThat(text(lines(c, "TOP 1 5"))).isEqualTo(all); // RFC 1939 §7: the entire message
    assertThat(text(lines(c, "TOP 1 2147483648"))).isEqualTo(all);
    assertThat(text(lines(c, "TOP 1 99999999999999999999"))).isEqualTo(all);
  }

  @Test
  void withoutBody() throws IOException {
    store("Subject: x");
    LineClient c = login();
    assertThat(text(lines(c, "TOP 1 0"))).isEqualTo("Subject: x\r\n");
  }

  @Test
  void endsAtOnceInALargeMessage() throws IOException {
    store(HEADER + "line\r\n".repeat(100_000));
    LineClient c = login();
    assertThat(text(lines(c, "TOP 1 2"))).isEqualTo(HEADER + "line\r\nline\r\n");
    say(c, "TOP 1 99999", "+OK");
    c.readBytes(HEADER.length() + 6 * 99_999);
    c.expect(".");
    say(c, "NOOP", "+OK");
  }

  @Test
  void needsTwoNumbers() throws IOException {
    store(HEADER);
    LineClient c = login();
    sayExactly(c, "TOP 1", "-ERR syntax: TOP message lines");
    sayExactly(c, "TOP 1 -1", "-ERR syntax: TOP message lines");
    sayExactly(c, "TOP 1 1 1", "-ERR syntax: TOP message lines");
    sayExactly(c, "TOP 1  1", "-ERR syntax: TOP message lines");
    sayExactly(c, "TOP 2 1", "-ERR no such message, only 1 message in maildrop");
  }
}
