package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.posthorn.net.LineClient;
import org.posthorn.net.TlsMode;

/// REQUIRETLS (RFC 8689).
class RequireTlsTest extends ServerTest {
  @Test
  void isThereUnderTlsOnly() {
    // RFC 8689 §2
    SmtpTalk t = serveTls(MX.with(Feature.REQUIRETLS), TlsMode.STARTTLS).connect();
    assertThat(t.offered()).contains("STARTTLS").doesNotContain("REQUIRETLS");
    t.ask("MAIL FROM:<a@b.c> REQUIRETLS", "555 5.5.4 Parameter REQUIRETLS is not known here");
    t.ask("STARTTLS", "220").startTls(LineClient.trustAll());
    assertThat(t.offered()).contains("REQUIRETLS");
    t.ask("MAIL FROM:<a@b.c> REQUIRETLS=YES", "501 5.5.4 REQUIRETLS takes no value");
    t.ask("MAIL FROM:<a@b.c> REQUIRETLS", "250").ask("RCPT TO:<jones@foo.com>", "250");
    t.say("DATA", ".").expect("354", "250");
    assertThat(onlyMessage().sender().options().requireTls()).isTrue();
  }

  @Test
  void isNotKnownWhereItIsNotOffered() {
    SmtpTalk t = serveTls(MX, TlsMode.IMPLICIT).connectSilently();
    t.startTls(LineClient.trustAll()).expect("220");
    assertThat(t.offered()).doesNotContain("REQUIRETLS");
    t.ask("MAIL FROM:<a@b.c> REQUIRETLS", "555 5.5.4");
  }
}
