package org.posthorn.app;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.dns.Zones;
import org.posthorn.net.Dialer;
import org.posthorn.net.Ticker;

class TransportTest {
  /// Or what is closed after it stays open.
  @Test
  void closesWithoutHavingBeenStarted() {
    Config config = ConfigReader.parse("f", "[mta-sts]\nobey = false\n");
    try (Dialer dialer = new Dialer(Ticker.SYSTEM)) {
      Transport transport = Transport.open(config, null, new Zones(), dialer, result -> {});
      transport.start();
      assertThatCode(transport::close).doesNotThrowAnyException();
    }
  }
}
