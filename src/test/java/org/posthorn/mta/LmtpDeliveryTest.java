package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.posthorn.smtp.server.SmtpTalk;

/// Mail from a server in front of us (RFC 2033): each recipient has his own reply.
class LmtpDeliveryTest {
  @Test
  void eachForHimself() {
    try (var host = new MailHost()) {
      host.account("ana@foo.com");
      host.account("bo@foo.com");
      host.alias("both@foo.com", "ana@foo.com", "bo@foo.com");
      host.quota("bo@foo.com", 1000);
      SmtpTalk t = host.lmtp();
      t.say(
          "MAIL FROM:<ana@foo.com>",
          "RCPT TO:<ana@foo.com>",
          "RCPT TO:<bo@foo.com>",
          "RCPT TO:<both@foo.com>",
          "RCPT TO:<nobody@foo.com>",
          "DATA");
      t.expect("250", "250", "250", "250", "550 5.1.1", "354");
      t.say("x".repeat(1500), ".");
      // He waits for room in the name of the alias, so he is not to come again.
      t.expect("250 2.0.0 ", "250 2.0.0 ", "250 2.0.0 ");
      t.ask("QUIT", "221");
      assertThat(host.inbox("ana@foo.com")).hasSize(1);
      assertThat(host.inbox("ana@foo.com").getFirst()).contains("with LMTP\r\n");
      assertThat(host.inbox("bo@foo.com")).isEmpty();
      // The other one of the alias has it, so nobody can send it again.
      assertThat(host.queue()).hasSize(1);
      assertThat(host.queue().getFirst().to()).containsExactly("<bo@foo.com> to here");
    }
  }

  @Test
  void whoWaitsForNobodyElseComesAgain() {
    try (var host = new MailHost()) {
      host.account("ana@foo.com");
      host.account("bo@foo.com");
      host.quota("bo@foo.com", 1000);
      SmtpTalk t = host.lmtp();
      t.say("MAIL FROM:<eve@baz.org>", "RCPT TO:<ana@foo.com>", "RCPT TO:<bo@foo.com>", "DATA");
      t.expect("250", "250", "250", "354");
      t.say("x".repeat(1500), ".");
      t.expect("250 2.0.0 Delivered as", "452 4.2.2 Mailbox full");
      t.ask("QUIT", "221");
      assertThat(host.queue()).isEmpty();
    }
  }

  @Test
  void severalThatGoElsewhere() {
    try (var host = new MailHost()) {
      host.alias("a@foo.com", "smith@bar.com");
      host.alias("b@foo.com", "jones@baz.org");
      host.alias("c@foo.com", "smith@bar.com");
      SmtpTalk t = host.lmtp();
      t.say("MAIL FROM:<eve@baz.org>", "RCPT TO:<a@foo.com>", "RCPT TO:<b@foo.com>");
      t.say("RCPT TO:<c@foo.com>", "DATA").expect("250", "250", "250", "250", "354");
      t.say("x", ".").expect("250", "250", "250");
      t.ask("QUIT", "221");
      assertThat(host.queue())
          .flatExtracting(MailHost.Waiting::to)
          .containsExactlyInAnyOrder("<smith@bar.com> to bar.com", "<jones@baz.org> to baz.org");
    }
  }
}
