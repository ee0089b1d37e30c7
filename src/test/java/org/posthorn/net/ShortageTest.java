package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A machine without IPv6, and one without file descriptors.
class ShortageTest {
  private static final int FILES = 80;
  private static final long FIRST_PAUSE_NANOS = 50_000_000;

  @Test
  void tooManyOpenFilesIsNotSpunOn() throws Exception {
    try (ChildServer server =
        ChildServer.start("ulimit -n " + FILES + ";", List.of(), "127.0.0.1")) {
      long start = Ticker.SYSTEM.nanos();
      server.readLine();
      InetSocketAddress address =
          new InetSocketAddress(Addresses.parse("127.0.0.1"), Integer.parseInt(server.readLine()));
      try (LineClient before = LineClient.connect(address)) {
        before.expect("hello"); // loads its classes, which needs files
        before.send("quit").expect("goodbye");
      }
      List<LineClient> clients = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        clients.add(LineClient.connect(address)); // the kernel takes them, the server cannot
      }
      clients.getFirst().expect("hello");
      long failed = server.acceptsFailed();
      while (failed < 4) {
        failed = server.acceptsFailed();
      }
      long elapsed = Ticker.SYSTEM.nanos() - start;
      // Each connection that ends cuts a pause short; spinning would count thousands.
      assertThat(failed).isLessThan(20 + elapsed / FIRST_PAUSE_NANOS);
      clients.getFirst().send("still served").expect("<still served>");
      for (LineClient client : clients) {
        client.reset(); // those that were never accepted, too
      }
      try (LineClient after = LineClient.connect(address)) {
        after.expect("hello");
      }
    }
  }

  @Test
  void withoutIpv6EverywhereMeansIpv4() throws Exception {
    List<String> flags = List.of("-Djava.net.preferIPv4Stack=true");
    try (ChildServer server = ChildServer.start("", flags, "::")) {
      assertThat(server.readLine()).isEqualTo("0.0.0.0");
      int port = Integer.parseInt(server.readLine());
      try (LineClient client =
          LineClient.connect(new InetSocketAddress(Addresses.parse("127.0.0.1"), port))) {
        client.expect("hello");
        assertThat(client.send("where").readLine()).startsWith("/127.0.0.1:");
      }
    }
  }

  @Test
  void withoutIpv6AnIpv6AddressIsNamed() throws Exception {
    List<String> flags = List.of("-Djava.net.preferIPv4Stack=true");
    try (ChildServer server = ChildServer.start("", flags, "::1")) {
      assertThat(server.readLine()).startsWith("this machine has no IPv6: cannot listen on ");
    }
  }
}
