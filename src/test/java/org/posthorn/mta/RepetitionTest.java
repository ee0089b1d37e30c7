package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.send;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.smtp.server.SmtpTalk;

/// A client that lost its connection before it knew that its message was delivered sends it again.
class RepetitionTest {
  private final MailHost host = new MailHost();

  @BeforeEach
  void people() {
    host.account("ana@foo.com");
    host.account("bo@foo.com");
  }

  @AfterEach
  void checkTheStore() {
    host.close();
  }

  /// Delivered, and the connection gone before the next command.
  private void breakOff(String... recipients) {
    SmtpTalk t = host.mx();
    t.ask("MAIL FROM:<smith@bar.com>", "250");
    for (String to : recipients) {
      t.ask("RCPT TO:<" + to + ">", "250");
    }
    t.ask("DATA", "354").say("Subject: once", ".").expect("250").cut();
    host.hangUp();
  }

  @Test
  void itIsOneMessage() {
    breakOff("ana@foo.com");
    assertThat(send(host.mx(), "smith@bar.com", "ana@foo.com", "Subject: once"))
        .startsWith("250 2.0.0 Delivered as ");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
    assertThat(host.mta.counters().duplicates.sum()).isEqualTo(1);
  }

  @Test
  void onlyTheFirstRepetitionIsOne() {
    breakOff("ana@foo.com");
    SmtpTalk t = host.mx();
    send(t, "smith@bar.com", "ana@foo.com", "Subject: once");
    send(t, "smith@bar.com", "ana@foo.com", "Subject: once");
    assertThat(host.inbox("ana@foo.com")).hasSize(2);
  }

  @Test
  void breakingOffAgainChangesNothing() {
    breakOff("ana@foo.com");
    breakOff("ana@foo.com");
    breakOff("ana@foo.com");
    send(host.mx(), "smith@bar.com", "ana@foo.com", "Subject: once");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  @Test
  void whateverDiffersIsAnotherMessage() {
    breakOff("ana@foo.com");
    SmtpTalk t = host.mx();
    send(t, "smith@bar.com", "ana@foo.com", "Subject: twice");
    send(t, "jones@bar.com", "ana@foo.com", "Subject: once");
    send(t, "smith@bar.com", "bo@foo.com", "Subject: once");
    assertThat(host.inbox("ana@foo.com")).hasSize(3);
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
  }

  @Test
  void aNewRecipientGetsItAndTheOtherNotAgain() {
    breakOff("ana@foo.com");
    SmtpTalk t = host.mx();
    t.say("MAIL FROM:<smith@bar.com>", "RCPT TO:<ana@foo.com>", "RCPT TO:<bo@foo.com>", "DATA");
    t.expect("250", "250", "250", "354").say("Subject: once", ".").expect("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
  }

  @Test
  void twoMessagesAlikeAreTwo() {
    SmtpTalk t = host.mx();
    send(t, "smith@bar.com", "ana@foo.com", "Subject: once");
    send(t, "smith@bar.com", "ana@foo.com", "Subject: once");
    t.ask("QUIT", "221");
    send(host.mx(), "smith@bar.com", "ana@foo.com", "Subject: once");
    assertThat(host.inbox("ana@foo.com")).hasSize(3);
    assertThat(host.mta.counters().duplicates.sum()).isZero();
  }
}
