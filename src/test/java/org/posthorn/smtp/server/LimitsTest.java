package org.posthorn.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

/// LIMITS (RFC 9422): what is told is what is enforced.
class LimitsTest extends ServerTest {
  @Test
  void recipients() {
    SmtpTalk t = serve(MX.withRecipientsMax(100)).connect();
    assertThat(t.offered()).contains("LIMITS RCPTMAX=100 MAILMAX=10000");
    t.ask("MAIL FROM:<a@b.c>", "250");
    for (int i = 0; i < 100; i++) {
      t.ask("RCPT TO:<jones@foo.com>", "250");
    }
    t.ask("RCPT TO:<jones@foo.com>", "452 4.5.3");
  }

  @Test
  void messages() {
    SmtpTalk t = serve(MX.withMailsMax(3)).connect();
    assertThat(t.offered()).contains("LIMITS RCPTMAX=1000 MAILMAX=3");
    t.envelope().say("DATA", ".").expect("354", "250");
    t.ask("MAIL FROM:<forbidden@b.c>", "550").ask("MAIL FROM:<a@b.c>", "250").ask("RSET", "250");
    t.ask("MAIL FROM:<a@b.c>", "421 4.7.0 foo.com Too many messages in one session").expectClosed();
  }

  @Test
  void aServerInFrontOfUsHasNoneOfMessages() {
    SmtpTalk t = lmtp();
    t.say("LHLO bar.com");
    assertThat(t.readReply()).contains("250-LIMITS RCPTMAX=1000");
  }

  @Test
  void areNotToldWhereTheyAreNotOffered() {
    assertThat(serve(MX.withFeatures(Set.of())).connect().offered())
        .noneMatch(l -> l.startsWith("LIMITS"));
  }
}
