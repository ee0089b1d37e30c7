package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.net.NetworkSet;

/// MT-PRIORITY (RFC 6710).
class MtPriorityTest extends ServerTest {
  private static final SmtpConfig WITH = MX.with(Feature.MT_PRIORITY);

  private int given(SmtpTalk t) {
    t.ask("RCPT TO:<jones@foo.com>", "250").say("DATA", ".").expect("354", "250");
    return backend.messages.getLast().sender().options().priority();
  }

  @Test
  void ofOurOwnPeopleIsTaken() {
    SmtpTalk t = serve(SUBMISSION.with(Feature.MT_PRIORITY)).connect();
    assertThat(t.offered()).contains("MT-PRIORITY");
    t.logIn("ana", MemoryBackend.PASSWORD);
    for (int p = -9; p <= 9; p++) {
      assertThat(given(t.ask("MAIL FROM:<a@b.c> MT-PRIORITY=" + p, "250 2.1.0"))).isEqualTo(p);
    }
    assertThat(given(t.ask("MAIL FROM:<a@b.c>", "250 2.1.0"))).isZero();
  }

  @Test
  void strangersMayLowerTheirsOnly() {
    // RFC 6710 §4.1
    SmtpTalk t = serve(WITH).connect().hello();
    assertThat(given(t.ask("MAIL FROM:<a@b.c> MT-PRIORITY=-3", "250 2.1.0"))).isEqualTo(-3);
    assertThat(given(t.ask("MAIL FROM:<a@b.c> mt-priority=6", "250 2.3.6 0 is"))).isZero();
  }

  @Test
  void aNetworkThatRelaysIsTrusted() {
    SmtpTalk t = serve(WITH.withRelay(NetworkSet.LOOPBACK)).connect().hello();
    assertThat(given(t.ask("MAIL FROM:<a@b.c> MT-PRIORITY=6", "250 2.1.0"))).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "=", "=10", "=-10", "=+1", "=-0", "=01", "=x", "=-", "=1 MT-PRIORITY=1"})
  void malformed(String value) {
    serve(WITH).connect().hello().ask("MAIL FROM:<a@b.c> MT-PRIORITY" + value, "501 5.5.");
  }

  @Test
  void isNotKnownWhereItIsNotOffered() {
    mx().hello().ask("MAIL FROM:<a@b.c> MT-PRIORITY=1", "555 5.5.4");
  }
}
