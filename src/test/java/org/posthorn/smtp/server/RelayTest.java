package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.posthorn.net.NetworkSet;

/// Networks that send without a login.
class RelayTest extends ServerTest {
  private void sends(SmtpConfig config, boolean relays) {
    serve(config).connect().envelope().say("DATA", ".").expect("354", "250").ask("QUIT", "221");
    assertThat(backend.messages.getLast().client().submits()).isEqualTo(relays);
  }

  @Test
  void submitWithoutALogin() {
    sends(SUBMISSION.withRelay(NetworkSet.LOOPBACK), true);
    sends(SmtpConfig.submission("foo.com").withRelay(NetworkSet.LOOPBACK), true);
    sends(MX.withRelay(NetworkSet.LOOPBACK), true);
    sends(MX.withRelay(NetworkSet.parse("192.0.2.0/24")), false);
  }

  @Test
  void othersLogInStill() {
    SmtpConfig config = SUBMISSION.withRelay(NetworkSet.parse("192.0.2.0/24"));
    serve(config).connect().hello().ask("MAIL FROM:<a@b.c>", "530 5.7.0 Log in first");
  }
}
