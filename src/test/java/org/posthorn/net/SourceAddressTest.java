package org.posthorn.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class SourceAddressTest {
  @Test
  void aMachineSpeaksToItselfFromItself() {
    InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
    assertThat(SourceAddress.towards(loopback)).isEqualTo(loopback);
    assertThat(SourceAddress.towards(InetAddress.ofLiteral("::ffff:127.0.0.1")))
        .isEqualTo(loopback);
  }
}
