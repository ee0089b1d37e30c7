package org.posthorn.mta.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mta.gate.Sources.Kind;
import org.posthorn.net.Addresses;

/// What is remembered of hosts and networks.
class SourcesTest {
  private static final Rate TEN_A_MINUTE = new Rate(10, Duration.ofMinutes(1));

  // From an origin as odd as that of a real one.
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1000);
  private final Sources sources = new Sources(nanos::get);

  private static Network host(String address) {
    return Network.host(InetAddress.ofLiteral(address));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private int taken(String address, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += sources.take(host(address), Kind.MESSAGE, TEN_A_MINUTE) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void soManyAtOnceAndThenEvenly() {
    assertThat(taken("192.0.2.1", 30)).isEqualTo(10);
    pass(Duration.ofSeconds(6));
    assertThat(taken("192.0.2.1", 30)).isEqualTo(1);
    pass(Duration.ofSeconds(30));
    assertThat(taken("192.0.2.1", 30)).isEqualTo(5);
    pass(Duration.ofHours(5));
    assertThat(taken("192.0.2.1", 30)).isEqualTo(10);
  }

  @Test
  void hostsAndKindsAreCountedApart() {
    assertThat(taken("192.0.2.1", 30)).isEqualTo(10);
    assertThat(taken("192.0.2.2", 30)).isEqualTo(10);
    assertThat(sources.take(host("192.0.2.1"), Kind.CONNECTION, TEN_A_MINUTE)).isTrue();
  }

  @Test
  void withoutALimitNothingIsRemembered() {
    Rate any = new Rate(0, Duration.ofMinutes(1));
    for (int i = 0; i < 100; i++) {
      assertThat(sources.take(host("192.0.2.1"), Kind.MESSAGE, any)).isTrue();
    }
    assertThat(sources.size()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1, 192.0.2.77",
    "::ffff:192.0.2.1, 192.0.2.1, 192.0.2.77",
    "2001:db8:1:2::1, 2001:db8:1:2:ffff::9, 2001:db8:1:77::1",
  })
  void networks(String address, String same, String neighbour) {
    assertThat(host(address)).isEqualTo(host(same)).isNotEqualTo(host(neighbour));
    InetAddress a = InetAddress.ofLiteral(address);
    assertThat(Network.around(a)).isEqualTo(Network.around(InetAddress.ofLiteral(neighbour)));
    assertThat(Network.around(a))
        .isNotEqualTo(Network.around(InetAddress.ofLiteral("198.51.100.1")));
  }

  @Test
  void closedForAWhile() {
    sources.close(host("192.0.2.1"), Duration.ofMinutes(15).toNanos());
    assertThat(sources.closed(host("192.0.2.1"))).isTrue();
    assertThat(sources.closed(host("192.0.2.2"))).isFalse();
    pass(Duration.ofMinutes(16));
    assertThat(sources.closed(host("192.0.2.1"))).isFalse();
  }

  @Test
  void knownUntilItMisbehaves() {
    sources.known(host("192.0.2.1"), Duration.ofDays(1).toNanos());
    assertThat(sources.known(host("192.0.2.1"))).isTrue();
    sources.unknow(host("192.0.2.1"));
    assertThat(sources.known(host("192.0.2.1"))).isFalse();
  }

  @Test
  void aMillionAddressesAreNotRemembered() {
    for (int i = 0; i < 1_000_000; i++) {
      InetAddress a = Addresses.of(ByteBuffer.allocate(4).putInt(0x0a000000 + i).array());
      sources.take(Network.host(a), Kind.CONNECTION, TEN_A_MINUTE);
      sources.take(Network.around(a), Kind.CONNECTION, TEN_A_MINUTE.times(5));
    }
    assertThat(sources.size()).isBetween(Sources.NETWORKS_MAX / 2, Sources.NETWORKS_MAX);
    // Who came last is known, and whoever comes all the time.
    assertThat(taken("192.0.2.1", 30)).isEqualTo(10);
    for (int i = 0; i < 500_000; i++) {
      sources.closed(host("192.0.2.1"));
      sources.take(new Network(i, 64), Kind.CONNECTION, TEN_A_MINUTE);
    }
    assertThat(taken("192.0.2.1", 1)).isZero();
  }
}
