package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.send;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.smtp.server.SmtpTalk;
import org.posthorn.store.Quota;

/// Mail from strangers, from the wire into the mailbox.
class MxTest {
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

  @Test
  void isInTheMailboxBeforeTheReply() {
    String reply = send(host.mx(), "smith@bar.com", "ana@foo.com", "Subject: hello", "", "Hi");
    assertThat(reply).matches("250 2\\.0\\.0 Delivered as [0-9A-Z]+");
    String id = reply.substring(reply.lastIndexOf(' ') + 1);
    assertThat(host.inbox("ana@foo.com"))
        .containsExactly(
            """
            Return-Path: <smith@bar.com>
            Delivered-To: ana@foo.com
            Received: from bar.com ([127.0.0.1])
            \tby mx.foo.com (Posthorn) with ESMTP
            \tid %s
            \tfor <ana@foo.com>;
            \tMon, 23 Nov 2026 10:00:00 +0000
            Subject: hello

            Hi
            """
                .formatted(id)
                .replace("\n", "\r\n"));
    assertThat(host.inbox("bo@foo.com")).isEmpty();
    assertThat(host.mta.counters().copiesDelivered.sum()).isEqualTo(1);
  }

  @Test
  void nothingIsAddedOrTakenAway() {
    send(host.mx(), "smith@bar.com", "ana@foo.com", "Bcc: x", "Subject: \u00e4", "", "\u00ff");
    assertThat(host.inbox("ana@foo.com").getFirst())
        .endsWith("+0000\r\nBcc: x\r\nSubject: \u00e4\r\n\r\n\u00ff\r\n");
  }

  @Test
  void severalRecipientsShareAMessageAndAreNotNamed() {
    SmtpTalk t = host.mx();
    t.say("MAIL FROM:<>", "RCPT TO:<ana@foo.com>", "RCPT TO:<bo@foo.com>", "DATA", "x", ".");
    t.expect("250", "250", "250", "354", "250");
    assertThat(host.inbox("ana@foo.com").getFirst())
        .startsWith("Return-Path: <>\r\nDelivered-To: ana@foo.com\r\n")
        .doesNotContain("for <");
    assertThat(host.inbox("bo@foo.com").getFirst()).contains("Delivered-To: bo@foo.com\r\n");
  }

  @Test
  void anAccountGetsOneCopyWhicheverOfItsNamesWereUsed() {
    host.alias("staff@foo.com", "ana@foo.com", "bo@foo.com");
    SmtpTalk t = host.mx();
    t.say(
        "MAIL FROM:<>",
        "RCPT TO:<staff@foo.com>",
        "RCPT TO:<ana@foo.com>",
        "RCPT TO:<ANA+tag@FOO.com>",
        "RCPT TO:<ana@foo.com>",
        "DATA",
        "x",
        ".");
    t.expect("250", "250", "250", "250", "250", "354", "250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
  }

  @Test
  void aSubAddressShowsInDeliveredTo() {
    send(host.mx(), "smith@bar.com", "ana+shop@foo.com", "x");
    assertThat(host.inbox("ana@foo.com").getFirst()).contains("Delivered-To: ana+shop@foo.com\r\n");
  }

  @Test
  void postmasterNeedsNoDomain() {
    // RFC 5321 §4.5.1
    host.alias("postmaster@foo.com", "bo@foo.com");
    SmtpTalk t = host.mx();
    send(t, "smith@bar.com", "PostMaster", "x");
    send(t, "smith@bar.com", "postmaster@foo.com", "x");
    send(t, "smith@bar.com", "postmaster@[127.0.0.1]", "x");
    assertThat(host.inbox("bo@foo.com")).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nobody@foo.com | 550 5.1.1 No such user here",
        "ana@bar.com | 550 5.7.1 Not a domain of this server, no relaying",
        "ana@[192.0.2.77] | 550 5.7.1 Not a domain of this server, no relaying",
        "ana%bar.com@foo.com | 550 5.1.1 No such user here",
        "bar.com!ana@foo.com | 550 5.1.1 No such user here",
        "\"ana@bar.com\"@foo.com | 550 5.1.1 No such user here",
        "@foo.com:ana@bar.com | 550 5.7.1 Not a domain of this server, no relaying",
        "@a,@foo.com:ana@bar.com | 550 5.7.1 Not a domain of this server, no relaying",
        "ana%foo.com@bar.com | 550 5.7.1 Not a domain of this server, no relaying",
      })
  void isNoOpenRelay(String recipient, String reply) {
    host.mx()
        .ask("MAIL FROM:<smith@bar.com>", "250")
        .say("RCPT TO:<" + recipient + ">")
        .expectExactly(reply)
        .ask("DATA", "554 5.5.1 No valid recipients");
  }

  @Test
  void aCatchAllCatchesNothingOfOthers() {
    host.alias("@foo.com", "bo@foo.com");
    SmtpTalk t = host.mx();
    send(t, "smith@bar.com", "whoever%bar.com@foo.com", "x");
    t.ask("MAIL FROM:<smith@bar.com>", "250").ask("RCPT TO:<whoever@bar.com>", "550 5.7.1");
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
  }

  @Test
  void aQuotedNameIsTheSameName() {
    send(host.mx(), "smith@bar.com", "\"ana\"@foo.com", "x");
    send(host.mx(), "smith@bar.com", "@a,@b:ana@foo.com", "x");
    assertThat(host.inbox("ana@foo.com")).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ana@foo.com", "nobody@foo.com", "ANA@FOO.COM", "@x:ana@foo.com"})
  void ourOwnSendersLogIn(String forged) {
    host.mx()
        .say("MAIL FROM:<" + forged + ">")
        .expectExactly("550 5.7.1 Senders of foo.com have to log in");
  }

  @Test
  void aFullMailboxIsToldAtRcpt() {
    host.quota("ana@foo.com", 1500);
    SmtpTalk t = host.mx();
    t.ask("MAIL FROM:<smith@bar.com> SIZE=1200", "250").ask("RCPT TO:<ana@foo.com>", "250");
    t.ask("RSET", "250").ask("MAIL FROM:<smith@bar.com> SIZE=5000", "250");
    t.say("RCPT TO:<ana@foo.com>")
        .expectExactly("552 5.2.3 Message larger than the mailbox may become");
    t.ask("RCPT TO:<bo@foo.com>", "250").ask("RSET", "250");
    assertThat(send(t, "smith@bar.com", "ana@foo.com", "x".repeat(900))).startsWith("250");
    t.ask("MAIL FROM:<smith@bar.com> SIZE=1000", "250");
    t.say("RCPT TO:<ana@foo.com>").expectExactly("452 4.2.2 Mailbox full");
  }

  @Test
  void soIsOneThatMayHoldNoMoreMessages() {
    host.quota("ana@foo.com", new Quota(Quota.NONE, 1, Quota.NONE));
    SmtpTalk t = host.mx();
    assertThat(send(t, "smith@bar.com", "ana@foo.com", "x")).startsWith("250");
    t.ask("MAIL FROM:<smith@bar.com>", "250");
    t.say("RCPT TO:<ana@foo.com>").expectExactly("452 4.2.2 Mailbox full");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  @Test
  void aMessageThatDoesNotFitIsToldAfterwards() {
    host.quota("ana@foo.com", 1500);
    assertThat(send(host.mx(), "smith@bar.com", "ana@foo.com", "x".repeat(2000)))
        .isEqualTo("452 4.2.2 Mailbox full");
    SmtpTalk t = host.mx();
    t.say("MAIL FROM:<>", "RCPT TO:<ana@foo.com>", "RCPT TO:<bo@foo.com>", "DATA");
    t.expect("250", "250", "250", "354");
    t.say("x".repeat(2000), ".").expect("250 2.0.0 Delivered as ");
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
    assertThat(host.inbox("ana@foo.com")).isEmpty();
    assertThat(host.queue()).hasSize(1);
    assertThat(host.queue().getFirst().from()).isEqualTo("<>");
    assertThat(host.queue().getFirst().to()).containsExactly("<ana@foo.com> to here");
  }

  @Test
  void messagesThatGoInCirclesEnd() {
    // RFC 5321 §6.3
    String[] hops = new String[101];
    Arrays.fill(hops, "Received: from a by b");
    assertThat(send(host.mx(), "smith@bar.com", "ana@foo.com", hops))
        .isEqualTo("554 5.4.6 Too many hops, this message goes in circles");
    hops[0] = "Subject: one less";
    assertThat(send(host.mx(), "smith@bar.com", "ana@foo.com", hops)).startsWith("250");
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
  }

  @Test
  void aBigMessageIsTheSameInTheMailbox() {
    String line = "0123456789".repeat(7);
    String[] lines = new String[20_000];
    Arrays.fill(lines, line);
    lines[0] = "Subject: big";
    lines[1] = "";
    send(host.mx(), "smith@bar.com", "ana@foo.com", lines);
    assertThat(host.inbox("ana@foo.com").getFirst())
        .endsWith("+0000\r\n" + String.join("\r\n", lines) + "\r\n");
  }

  @Test
  void aConnectionCutWithinDataLeavesNothing() {
    SmtpTalk t = host.mx();
    t.say("MAIL FROM:<>", "RCPT TO:<ana@foo.com>", "DATA").expect("250", "250", "354");
    t.say("Subject: half", "").cut();
    host.hangUp();
    assertThat(host.inbox("ana@foo.com")).isEmpty();
    assertThat(host.mta.counters().copiesDelivered.sum()).isZero();
  }
}
