package org.posthorn.mta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.posthorn.mta.MailHost.PASSWORD;
import static org.posthorn.mta.MailHost.send;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Delivery;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.server.Feature;
import org.posthorn.smtp.server.SmtpConfig;
import org.posthorn.smtp.server.SmtpTalk;

/// Mail for elsewhere: what gets into the queue, under which sender, and what is refused.
class SendingTest {
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

  private SmtpTalk ana() {
    return host.submission().logIn("ana@foo.com", PASSWORD);
  }

  @Test
  void whatOurPeopleSendIsQueuedBeforeTheReply() {
    String reply =
        send(ana(), "ana@foo.com", "smith@bar.com", "From: ana@foo.com", "Subject: x", "", "Hi");
    assertThat(reply).startsWith("250 2.0.0 Queued as ");
    List<MailHost.Waiting> queue = host.queue();
    assertThat(queue).hasSize(1);
    MailHost.Waiting w = queue.getFirst();
    assertThat(reply).endsWith(w.id());
    assertThat(w.from()).isEqualTo("<ana@foo.com>");
    assertThat(w.to()).containsExactly("<smith@bar.com> to bar.com");
    assertThat(w.submitter()).isEqualTo("ana@foo.com");
    assertThat(w.text())
        .startsWith("Received: from ")
        .contains("\r\n\tid " + w.id() + "\r\n\tfor <smith@bar.com>;\r\n")
        .contains("\r\nFrom: ana@foo.com\r\nSubject: x\r\nDate: ")
        .doesNotContain("Return-Path")
        .endsWith("\r\n\r\nHi\r\n");
  }

  @Test
  void oneMessageForHereAndElsewhere() {
    SmtpTalk t = ana().ask("MAIL FROM:<ana@foo.com>", "250");
    t.ask("RCPT TO:<bo@foo.com>", "250").ask("RCPT TO:<smith@bar.com>", "250");
    t.ask("RCPT TO:<jones@baz.org>", "250").ask("RCPT TO:<SMITH@bar.com>", "250");
    t.ask("DATA", "354").say("From: ana@foo.com", "", "Hi", ".").expect("250 2.0.0 Delivered as ");
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
    assertThat(host.queue()).hasSize(1);
    assertThat(host.queue().getFirst().to())
        .containsExactlyInAnyOrder("<smith@bar.com> to bar.com", "<jones@baz.org> to baz.org");
    // With several recipients none is named (RFC 5321 §7.2).
    assertThat(host.queue().getFirst().text()).doesNotContain("\tfor ");
  }

  @Test
  void strangersDoNotRelay() {
    SmtpTalk t = host.mx().ask("MAIL FROM:<a@bar.com>", "250");
    for (String to :
        new String[] {
          "<smith@baz.org>",
          "<@foo.com:smith@baz.org>",
          "<\"smith@baz.org\"@foo.com>",
          "<smith%baz.org@foo.com>",
          "<baz.org!smith@foo.com>"
        }) {
      t.say("RCPT TO:" + to).expect("550 5.");
    }
    assertThat(host.queue()).isEmpty();
  }

  @Test
  void anAliasLeadsElsewhereUnderASenderOfOurs() {
    host.alias("sales@foo.com", "bo@foo.com", "smith@bar.com");
    send(host.mx(), "eve@baz.org", "sales@foo.com", "Subject: x", "", "Hi");
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
    MailHost.Waiting w = host.queue().getFirst();
    assertThat(w.from()).matches("<SRS0=[^=]+=[^=]+=baz\\.org=eve@foo\\.com>");
    assertThat(w.text()).startsWith("Delivered-To: sales@foo.com\r\nReceived: from ");

    // The bounce comes back to whom it belongs.
    String back = w.from().substring(1, w.from().length() - 1);
    assertThat(send(host.mx(), "", back, "Subject: bounce", "", "Hi")).startsWith("250");
    assertThat(host.queue().getLast().to()).containsExactly("<eve@baz.org> to baz.org");
    assertThat(host.queue().getLast().from()).isEqualTo("<>");
    host.mx().ask("MAIL FROM:<>", "250").ask("RCPT TO:<" + back.replace("eve", "bob") + ">", "550");
    host.mx().ask("MAIL FROM:<x@baz.org>", "250").ask("RCPT TO:<" + back + ">", "550");
  }

  @Test
  void aBounceFindsWhoHasBecomeOurs() {
    host.alias("sales@foo.com", "smith@bar.com");
    send(host.mx(), "eve@baz.org", "sales@foo.com", "Subject: x", "", "Hi");
    String from = host.queue().getFirst().from();
    host.directory.addDomain("baz.org");
    host.account("eve@baz.org");
    String back = from.substring(1, from.length() - 1);
    assertThat(send(host.mx(), "", back, "Subject: bounce", "", "Hi")).startsWith("250");
    assertThat(host.inbox("eve@baz.org")).hasSize(1);
    assertThat(host.queue()).hasSize(1);
  }

  @Test
  void mailOfOurOwnKeepsItsSenderThroughAnAlias() {
    host.alias("sales@foo.com", "smith@bar.com");
    send(ana(), "ana@foo.com", "sales@foo.com", "From: ana@foo.com", "", "Hi");
    assertThat(host.queue().getFirst().from()).isEqualTo("<ana@foo.com>");
  }

  @Test
  void mailThatWasHereIsNotSentOnAgain() {
    host.alias("sales@foo.com", "smith@bar.com");
    String reply =
        send(host.mx(), "eve@baz.org", "sales@foo.com", "Delivered-To: Sales@foo.com", "", "Hi");
    assertThat(reply).isEqualTo("554 5.4.6 Mail for sales@foo.com goes in circles");
    assertThat(host.queue()).isEmpty();
  }

  @Test
  void whatWaitsForRoomGoesToNobodyElseAgain() {
    host.directory
        .addressing()
        .addForward("ana@foo.com", List.of("smith@bar.com", "bo@foo.com"), true);
    host.quota("ana@foo.com", 1000);
    assertThat(send(host.mx(), "eve@baz.org", "ana@foo.com", "x".repeat(900), "x".repeat(900)))
        .startsWith("250");
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
    assertThat(host.queue())
        .flatExtracting(MailHost.Waiting::to)
        .containsExactlyInAnyOrder("<smith@bar.com> to bar.com", "<ana@foo.com> to here");
    host.quota("ana@foo.com", 100_000);
    QueueId id = QueueId.parse(host.queue().getLast().id());
    List<QueuedRecipient> waits = host.queue.recipients(id);
    assertThat(waits.getFirst().destination()).isEqualTo(new Destination.Local(true));
    try (Delivery.Errand errand = host.mta.local().open(waits.getFirst().destination())) {
      assertThat(errand.deliver(host.queue.message(id), waits))
          .singleElement()
          .isInstanceOf(Outcome.Delivered.class);
    }
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
    assertThat(host.inbox("bo@foo.com")).hasSize(1);
    assertThat(host.queue()).hasSize(2);
  }

  /// RFC 8689 §4.1.
  @Test
  void whatNeedsNoTlsIsMarked() {
    String[] fields = {"TLS-Required: No", "tls-required:no ", "TLS-Required: Yes", "X-A: b"};
    for (String field : fields) {
      send(ana(), "ana@foo.com", "smith@bar.com", "From: ana@foo.com", field, "", "Hi");
    }
    assertThat(host.queue())
        .extracting(w -> host.queue.message(QueueId.parse(w.id())).sender().options().tlsOptional())
        .containsExactly(true, true, false, false);
  }

  @Test
  void authorsAreThoseOfTheAccount() {
    host.alias("boss@foo.com", "ana@foo.com");
    String[][] forged = {
      {"From: bo@foo.com", "550 5.7.1 You may not send as bo@foo.com"},
      {"From: Ana <ana@foo.com>, bo@foo.com", "550 5.7.1 You may not send as bo@foo.com"},
      {"From: undisclosed:;", "550 5.6.0 The From field of the message names nobody"},
      {"From: \"ana@foo.com\" <eve@baz.org>", "550 5.7.1 You may not send as eve@baz.org"},
      {"Resent-From: bo@foo.com", "550 5.7.1 You may not send as bo@foo.com"},
    };
    for (String[] f : forged) {
      assertThat(send(ana(), "ana@foo.com", "bo@foo.com", f[0], "", "Hi")).isEqualTo(f[1]);
    }
    String two =
        send(ana(), "ana@foo.com", "bo@foo.com", "From: ana@foo.com", "From: e@x.org", "", "Hi");
    assertThat(two).isEqualTo("550 5.6.0 The message has more than one From field");
    String[][] own = {
      {"From: Ana <ANA@foo.com>"},
      {"From: ana+lists@foo.com"},
      {"From: The boss <boss@foo.com>, ana@foo.com"},
      // RFC 5322 §3.6.6: sent on as it was
      {"Resent-From: ana@foo.com", "From: eve@baz.org"},
      {"To: nobody: ;"},
    };
    for (String[] lines : own) {
      String[] all = java.util.Arrays.copyOf(lines, lines.length + 2);
      all[lines.length] = "";
      all[lines.length + 1] = "Hi";
      assertThat(send(ana(), "ana@foo.com", "bo@foo.com", all)).startsWith("250");
    }
    assertThat(host.inbox("bo@foo.com")).hasSize(own.length);
  }

  @Test
  void aMessageForLaterWaitsForPeopleHereToo() {
    // RFC 4865 §3
    SmtpConfig config =
        SmtpConfig.submission("foo.com")
            .withAuthentication(SmtpConfig.Authentication.CLEARTEXT)
            .with(Feature.FUTURERELEASE);
    SmtpTalk t = host.serve(config, host.mta.submission()).connect().hello();
    t.logIn("ana@foo.com", PASSWORD).ask("MAIL FROM:<ana@foo.com> HOLDFOR=3600", "250");
    t.ask("RCPT TO:<bo@foo.com>", "250").ask("RCPT TO:<smith@bar.com>", "250");
    t.ask("DATA", "354").say("From: ana@foo.com", "", "Hi", ".").expect("250 2.0.0 Queued as ");
    assertThat(host.inbox("bo@foo.com")).isEmpty();
    assertThat(host.queue()).hasSize(1);
    assertThat(host.queue().getFirst().to())
        .containsExactlyInAnyOrder("<bo@foo.com> to here", "<smith@bar.com> to bar.com");
  }

  @Test
  void aReadReceiptHasNoSender() {
    SmtpTalk t = ana().ask("MAIL FROM:<>", "250").ask("RCPT TO:<smith@bar.com>", "250");
    t.ask("DATA", "354").say("From: ana@foo.com", "", "Read.", ".").expect("250");
    assertThat(host.queue().getFirst().from()).isEqualTo("<>");
  }

  @Test
  void whoSendsTooMuchIsStoppedAndTheAdministratorTold() {
    try (MailHost small = new MailHost(new SendingLimits.Rates(3, 0, 0, 0))) {
      small.account("root@foo.com");
      small.account("cy@foo.com");
      for (int i = 0; i < 3; i++) {
        SmtpTalk t = small.submission().logIn("cy@foo.com", PASSWORD);
        assertThat(send(t, "cy@foo.com", "smith@bar.com", "From: cy@foo.com", "", "Hi"))
            .startsWith("250");
      }
      SmtpTalk t = small.submission().logIn("cy@foo.com", PASSWORD);
      t.ask("MAIL FROM:<cy@foo.com>", "250").ask("RCPT TO:<smith@bar.com>", "250");
      t.say("DATA").expect("450 4.7.1 Sending is stopped for this account");
      small.submission().logIn("cy@foo.com", PASSWORD).ask("MAIL FROM:<cy@foo.com>", "450 4.7.1");
      assertThat(small.inbox("root@foo.com")).hasSize(1);
      assertThat(small.inbox("root@foo.com").getFirst())
          .contains("Subject: Sending is stopped for cy@foo.com")
          .contains("more than 3 messages in an hour");
      // What has not left yet stays until somebody says that it may go.
      assertThat(small.queue())
          .hasSize(3)
          .flatExtracting(w -> small.queue.recipients(QueueId.parse(w.id())))
          .extracting(QueuedRecipient::state)
          .containsOnly(QueuedRecipient.State.HELD);
      small.release("cy@foo.com");
      SmtpTalk again = small.submission().logIn("cy@foo.com", PASSWORD);
      assertThat(send(again, "cy@foo.com", "smith@bar.com", "", "Hi")).startsWith("250");
    }
  }

  @Test
  void manyStrangersAtOnceAreTooMuch() {
    try (MailHost small = new MailHost(new SendingLimits.Rates(0, 0, 0, 2))) {
      small.account("cy@foo.com");
      SmtpTalk t = small.submission().logIn("cy@foo.com", PASSWORD);
      String[] friends = {"a@bar.com", "b@bar.com", "a@bar.com", "b@bar.com"};
      for (String friend : friends) {
        assertThat(send(t, "cy@foo.com", friend, "", "Hi")).startsWith("250");
      }
      t.ask("MAIL FROM:<cy@foo.com>", "250").ask("RCPT TO:<c@bar.com>", "250");
      t.say("DATA").expect("450 4.7.1 Sending is stopped for this account");
    }
  }

  @Test
  void theCommandLineSendsAsAnybody() throws IOException {
    byte[] text = "From: root@foo.com\r\n\r\nHi\r\n".getBytes(StandardCharsets.US_ASCII);
    var request =
        new Submission.Request(
            new Sender(new ReversePath(EmailAddress.parse("root@foo.com")), 0, Body.SEVEN_BIT),
            List.of(to("smith@bar.com"), to("ana@foo.com"), to("nobody@foo.com")),
            null,
            new ByteArrayInputStream(text));
    var result = (Submission.Result.Accepted) host.mta.direct().submit(request);
    assertThat(result.refused().keySet()).containsExactly(to("nobody@foo.com"));
    assertThat(host.inbox("ana@foo.com")).hasSize(1);
    assertThat(host.queue().getFirst().id()).isEqualTo(result.id().toString());
    assertThat(host.queue().getFirst().text())
        .startsWith("Received: by mx.foo.com (Posthorn, from administrator)\r\n\tid ");
  }

  @Test
  void theCommandLineSendsForAnAccountByItsRules() throws IOException {
    byte[] text = "From: bo@foo.com\r\n\r\nHi\r\n".getBytes(StandardCharsets.US_ASCII);
    var request =
        new Submission.Request(
            new Sender(new ReversePath(EmailAddress.parse("ana@foo.com")), 0, Body.SEVEN_BIT),
            List.of(to("smith@bar.com")),
            "ana@foo.com",
            new ByteArrayInputStream(text));
    var result = (Submission.Result.Refused) host.mta.direct().submit(request);
    assertThat(result.reply().toString()).isEqualTo("550 5.7.1 You may not send as bo@foo.com");
    assertThat(host.queue()).isEmpty();
  }

  private static Recipient to(String address) {
    return Recipient.of(new ForwardPath(EmailAddress.parse(address)));
  }
}
