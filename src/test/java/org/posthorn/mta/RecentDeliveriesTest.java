package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RecentDeliveriesTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final RecentDeliveries recent = new RecentDeliveries(nanos::get);

  private static RecentDeliveries.Key key(String to) {
    return new RecentDeliveries.Key(InetAddress.getLoopbackAddress(), "<>", to, "00");
  }

  @Test
  void knowsARepetitionOnce() {
    recent.remember(key("<a@b>"));
    assertThat(recent.take(key("<b@b>"))).isFalse();
    assertThat(recent.take(key("<a@b>"))).isTrue();
    assertThat(recent.take(key("<a@b>"))).isFalse();
  }

  @Test
  void forgetsAfterAnHour() {
    recent.remember(key("<a@b>"));
    nanos.addAndGet(Duration.ofMinutes(30).toNanos());
    recent.remember(key("<b@b>"));
    nanos.addAndGet(Duration.ofMinutes(31).toNanos());
    assertThat(recent.take(key("<a@b>"))).isFalse();
    assertThat(recent.size()).isEqualTo(1);
    assertThat(recent.take(key("<b@b>"))).isTrue();
  }

  @Test
  void isBounded() {
    for (int i = 0; i < 30_000; i++) {
      recent.remember(key("<" + i + "@b>"));
    }
    assertThat(recent.size()).isEqualTo(20_000);
    assertThat(recent.take(key("<9999@b>"))).isFalse();
    assertThat(recent.take(key("<29999@b>"))).isTrue();
  }
}
