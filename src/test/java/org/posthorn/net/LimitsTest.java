package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.posthorn.Await;

class LimitsTest {
  private static final String REFUSAL = "421 4.7.0 Too many connections";

  private static Listener listen(Limits limits) throws IOException {
    return Listener.open(
        Servers.config(TlsMode.NONE).withRefusal(REFUSAL + "\r\n"),
        limits,
        null,
        Ticker.SYSTEM,
        Servers::echo);
  }

  @Test
  void anAddressHasItsLimitAndGetsItBack() throws IOException {
    Limits limits = new Limits(100, 2, NetworkSet.LOOPBACK);
    try (Listener listener = listen(limits);
        LineClient one = LineClient.connect(listener.address(), "127.0.0.2");
        LineClient two = LineClient.connect(listener.address(), "127.0.0.2")) {
      one.expect("hello");
      two.expect("hello");
      assertThat(one.send("where").readLine()).endsWith(" false");
      try (LineClient three = LineClient.connect(listener.address(), "127.0.0.2")) {
        three.expect(REFUSAL);
        three.expectEnd();
      }
      try (LineClient other = LineClient.connect(listener.address(), "127.0.0.3")) {
        other.expect("hello"); // each address its own
      }
      one.send("quit").expect("goodbye");
      one.expectEnd();
      one.endOutput();
      Await.until(() -> limits.open() == 1);
      try (LineClient again = LineClient.connect(listener.address(), "127.0.0.2")) {
        again.expect("hello");
      }
      assertThat(limits.counters().refusedAddress.sum()).isEqualTo(1);
    }
    assertThat(limits.open()).isZero();
    assertThat(limits.addresses()).isZero();
  }

  @Test
  void loopbackAndNamedNetworksAreExempt() throws IOException {
    Limits limits = new Limits(100, 1, NetworkSet.LOOPBACK.with(NetworkSet.parse("127.0.0.4/31")));
    try (Listener listener = listen(limits)) {
      for (String from : new String[] {"127.0.0.1", "127.0.0.4", "127.0.0.5"}) {
        List<LineClient> clients = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          clients.add(LineClient.connect(listener.address(), from));
          clients.getLast().expect("hello");
          assertThat(clients.getLast().send("where").readLine()).endsWith(" true");
        }
        for (LineClient client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void nobodyIsExemptFromTheLimitOfAll() throws IOException {
    Limits limits = new Limits(2, 10, NetworkSet.LOOPBACK);
    try (Listener listener = listen(limits);
        Listener second = listen(limits);
        LineClient one = LineClient.connect(listener.address());
        LineClient two = LineClient.connect(second.address())) {
      one.expect("hello");
      two.expect("hello");
      try (LineClient three = LineClient.connect(listener.address())) {
        three.expect(REFUSAL);
        three.expectEnd();
      }
      two.reset();
      Await.until(() -> limits.open() == 1);
      try (LineClient again = LineClient.connect(listener.address())) {
        again.expect("hello");
      }
      assertThat(limits.counters().refusedFull.sum()).isEqualTo(1);
      one.send("still here").expect("<still here>");
    }
  }

  @Test
  void nothingIsSaidInClearWhereTlsIsImplicit(@TempDir Path directory) throws IOException {
    Limits limits = new Limits(1, 10, NetworkSet.LOOPBACK);
    try (Listener listener =
            Listener.open(
                Servers.config(TlsMode.IMPLICIT).withRefusal(REFUSAL + "\r\n"),
                limits,
                Servers.selfSigned(directory),
                Ticker.SYSTEM,
                Servers::echo);
        LineClient one = LineClient.connectTls(listener.address())) {
      one.expect("hello");
      try (LineClient two = LineClient.connect(listener.address())) {
        two.expectEnd();
      }
    }
  }
}
