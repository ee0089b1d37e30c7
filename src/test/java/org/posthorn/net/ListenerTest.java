package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.posthorn.Await;

class ListenerTest {
  @Test
  void talks() throws IOException {
    try (Listener listener = Servers.plain(Servers::echo);
        LineClient client = LineClient.connect(listener.address())) {
      client.expect("hello");
      client.send("one").expect("<one>");
      client.drip("two\r\n").expect("<two>");
      client.raw("three\nfour\r\nquit\r\n");
      client.expect("<three>");
      client.expect("<four>");
      client.expect("goodbye");
      client.expectEnd();
    }
  }

  @Test
  void everyConnectionHasItsOwnIdAndIsCurrentInItsThread() throws IOException {
    Set<String> ids = ConcurrentHashMap.newKeySet();
    try (Listener listener =
        Servers.plain(c -> {
          assertThat(Connection.current()).isSameAs(c);
          assertThat(Thread.currentThread().isVirtual()).isTrue();
          ids.add(c.id());
          c.out().ascii(c.id() + "\r\n");
        })) {
      for (int i = 0; i < 20; i++) {
        try (LineClient client = LineClient.connect(listener.address())) {
          assertThat(client.readLine()).matches("[0-9a-z]{6,7}");
        }
      }
    }
    assertThat(ids).hasSize(20);
    assertThat(Connection.current()).isNull();
  }

  @Test
  void aHandlerThatFailsEndsItsConnectionOnly() throws IOException {
    Limits limits = new Limits();
    try (Listener listener =
        Servers.plain(
            limits,
            c -> {
              if (c.in().readLine(10).length == 0) {
                throw new IllegalStateException("as the test wants it");
              }
              c.out().ascii("fine\r\n");
            })) {
      try (LineClient client = LineClient.connect(listener.address())) {
        client.send("").expectEnd();
      }
      try (LineClient client = LineClient.connect(listener.address())) {
        client.send("x").expect("fine");
      }
    }
    assertThat(limits.counters().handlersFailed.sum()).isEqualTo(1);
    assertThat(limits.open()).isZero();
  }

  @Test
  void theLastReplyArrivesThoughInputIsUnread() throws IOException {
    try (Listener listener = Servers.plain(c -> c.out().ascii("no\r\n"));
        LineClient client = LineClient.connect(listener.address())) {
      byte[] junk = new byte[100_000];
      client.raw(junk); // a socket closed with this unread would be reset
      client.expect("no");
      client.expectEnd();
    }
  }

  @Test
  void closesFromAnotherThreadAtOnce() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    Connection[] there = new Connection[1];
    try (Listener listener =
            Servers.plain(c -> {
              there[0] = c;
              reading.countDown();
              c.in().read();
            });
        LineClient client = LineClient.connect(listener.address())) {
      reading.await();
      there[0].close();
      client.expectEnd();
      Await.until(() -> listener.connections() == 0);
    }
  }

  @Test
  void listensOnIpv6AndSeesIpv4AsIpv4() throws IOException {
    org.junit.jupiter.api.Assumptions.assumeTrue(Addresses.ipv6Available());
    ListenerConfig config =
        ListenerConfig.of("test", new InetSocketAddress(Addresses.parse("::"), 0), TlsMode.NONE);
    try (Listener listener =
        Listener.open(config, new Limits(), null, Ticker.SYSTEM, Servers::echo)) {
      int port = listener.address().getPort();
      for (String host : new String[] {"127.0.0.1", "::1"}) {
        try (LineClient client =
            LineClient.connect(new InetSocketAddress(Addresses.parse(host), port))) {
          client.expect("hello");
          String where = client.send("where").readLine();
          boolean four = host.equals("127.0.0.1");
          assertThat(where).startsWith(four ? "/127.0.0.1:" : "/[0:0:0:0:0:0:0:1]:");
          assertThat(where).endsWith("true");
        }
      }
    }
  }

  @Test
  void aPortInUseIsNamed() throws IOException {
    try (Listener listener = Servers.plain(Servers::echo)) {
      ListenerConfig same = ListenerConfig.of("test", listener.address(), TlsMode.NONE);
      assertThatThrownBy(
              () -> Listener.open(same, new Limits(), null, Ticker.SYSTEM, Servers::echo))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on")
          .hasMessageContaining(String.valueOf(listener.address().getPort()));
    }
  }

  @Test
  void theSamePortCanBeOpenedAgainAtOnce() throws IOException {
    Listener first = Servers.plain(Servers::echo);
    try (LineClient client = LineClient.connect(first.address())) {
      client.expect("hello");
      first.close();
      ListenerConfig same = ListenerConfig.of("test", first.address(), TlsMode.NONE);
      Listener.open(same, new Limits(), null, Ticker.SYSTEM, Servers::echo).close();
    }
  }

  @Test
  void tlsAndCertificatesGoTogether() {
    assertThatThrownBy(() ->
            Listener.open(
                Servers.config(TlsMode.STARTTLS), new Limits(), null, Ticker.SYSTEM, Servers::echo))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
