package org.posthorn.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ListenerTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(Addresses.parse("127.0.0.1"), 0);

  /// Greets, and answers each line with itself.
  static void echo(Connection c) throws IOException {
    c.out().ascii("hello\r\n");
    while (c.awaitCommand()) {
      byte[] line = c.in().readLine(1000);
      if (line == null) {
        return;
      }
      c.out().ascii("<").bytes(line).ascii(">\r\n");
      if (new String(line, StandardCharsets.US_ASCII).equals("quit")) {
        return;
      }
    }
    c.out().ascii("bye\r\n");
  }

  @Test
  void talks() throws IOException {
    ListenerConfig config = ListenerConfig.of("echo", ANY_PORT, TlsMode.NONE);
    try (Listener listener =
            Listener.open(config, new Limits(), null, Ticker.SYSTEM, ListenerTest::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("hello");
      client.send("one").expect("<one>");
      client.drip("two\r\n").expect("<two>");
      client.raw("three\nfour\r\nquit\r\n");
      client.expect("<three>");
      client.expect("<four>");
      client.expect("<quit>");
      client.expectEnd();
    }
  }
}
