package org.posthorn.mta.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.DeliveryReport;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.ReportMessage;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.send.Scene;
import org.posthorn.mta.send.Trouble;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.smtp.client.Heard;
import org.posthorn.smtp.client.RemoteReply;
import org.posthorn.smtp.client.Stage;

/// What a notice says, to people and to machines.
class NoticeTest {
  private static final Instant NOW = Instant.parse("2026-11-30T18:00:00Z");
  private static final Instant ARRIVED = NOW.minus(Duration.ofDays(4));
  private static final String HOST = "mx.example.org [192.0.2.1]";

  private static QueuedMessage message(MailOptions options, String submitter) {
    return new QueuedMessage(
        new QueueId(7),
        new Sender(
            new ReversePath(EmailAddress.parse("ana@example.test")), 0, Body.SEVEN_BIT, options),
        ARRIVED,
        NOW,
        1,
        100,
        new byte[0],
        submitter);
  }

  private static Recipient recipient(String address, String original) {
    return new Recipient(new ForwardPath(EmailAddress.parse(address)), Set.of(), original);
  }

  private static ReportMessage compose(MailOptions options, List<Told> told) throws IOException {
    byte[] original =
        "Message-ID: <one@example.test>\r\nReferences: <zero@example.test>\r\nSubject: hello\r\n\r\nhi\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    return new Notice(message(options, "ana@example.test"), told, NOW)
        .message(
            EmailAddress.parse("ana@example.test"),
            () -> new ByteArrayInputStream(original),
            new Notice.Frame(
                "mx.example.test", EmailAddress.parse("postmaster@example.test"), "i@m", "b"));
  }

  /// As a paragraph in one line.
  private static String flowed(String text) {
    return text.replaceAll("\\s+", " ");
  }

  /// One problem, from the other server's answer to both parts.
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          RCPT | 550 | 5.1.1 | user unknown                  | failed  | 5.1.1  | does not know this address
          RCPT | 550 | ''    | whatever                      | failed  | 5.1.1  | does not know this address
          RCPT | 552 | 5.2.2 | mailbox full                  | failed  | 5.2.2  | mailbox of the recipient is full
          RCPT | 452 | 4.2.2 | mailbox full                  | delayed | 4.2.2  | mailbox of the recipient is full
          RCPT | 551 | ''    | user not local                | failed  | 5.1.6  | has another address now
          RCPT | 553 | ''    | what                          | failed  | 5.1.3  | says that this is no address
          RCPT | 450 | 4.2.0 | greylisted                    | delayed | 4.2.0  | asks to wait a little
          MAIL | 421 | 4.7.0 | too many connections          | delayed | 4.7.0  | takes no more mail from us
          MAIL | 552 | 5.3.4 | too big                       | failed  | 5.3.4  | is larger than
          DATA | 554 | 5.7.1 | spam                          | failed  | 5.7.1  | takes this message for junk mail
          END  | 554 | ''    | no (really) ; \\x{41} "quoted" | failed  | 5.0.0  | refuses this message
          END  | 451 | ''    | try again later               | delayed | 4.0.0  | takes no mail from us
          AUTH | 535 | 5.7.8 | bad password                  | delayed | 4.7.8  | could not log in
          """)
  void saysTheSameToPeopleAndMachines(
      Stage stage,
      int code,
      String enhanced,
      String words,
      String action,
      String status,
      String plain)
      throws IOException {
    var reply = new RemoteReply(code, enhanced, List.of(words));
    var scene = new Scene("example.org", HOST, false, false, MailOptions.NONE, false, "", true);
    Outcome outcome = Trouble.judge(new Heard.Answered(stage, reply), scene).outcome();
    Recipient bo = recipient("bo@example.org", "rfc822;Team@example.test");
    Told told =
        switch (outcome) {
          case Outcome.Failed f -> Told.failed(bo, f.problem(), NOW);
          case Outcome.Deferred d ->
              Told.delayed(bo, d.problem(), NOW, NOW.plus(Duration.ofDays(3)));
          case Outcome.Delivered _ -> throw new AssertionError();
        };
    MailOptions options = new MailOptions(false, false, null, "QQ 314159", 0, null, null);
    ReportMessage m = compose(options, List.of(told));

    DeliveryReport.Recipient r = m.report().recipients().getFirst();
    assertThat(r.action().name()).isEqualToIgnoringCase(action);
    assertThat(r.status()).isEqualTo(status);
    String report = m.report().format(false);
    assertThat(report)
        .contains("Original-Envelope-Id: QQ 314159\r\n")
        .contains("Reporting-MTA: dns; mx.example.test\r\n")
        .contains("Arrival-Date: Thu, 26 Nov 2026 18:00:00 +0000\r\n")
        .contains("Original-Recipient: rfc822; Team@example.test\r\n")
        .contains("Final-Recipient: rfc822; bo@example.org\r\n")
        .contains("Action: " + action + "\r\n")
        .contains("Status: " + status + "\r\n")
        .contains("Remote-MTA: dns; mx.example.org\r\n")
        .contains("Diagnostic-Code: smtp; " + reply + "\r\n")
        .contains("Last-Attempt-Date: Mon, 30 Nov 2026 18:00:00 +0000\r\n");
    // RFC 3464 §2.3.9: of delays alone.
    assertThat(report.contains("Will-Retry-Until: Thu, 3 Dec 2026 18:00:00 +0000\r\n"))
        .isEqualTo(action.equals("delayed"));
    assertThat(DeliveryReport.parse(report)).isEqualTo(m.report());

    String text = flowed(m.text());
    assertThat(text)
        .contains(plain, "bo@example.org", "It was sent to Team@example.test, which leads there.")
        .contains(HOST + " said: " + flowed(reply.toString()));
    assertThat(text.contains("goes on trying until Thursday, 3 December 2026, 18:00 UTC"))
        .isEqualTo(action.equals("delayed"));
    assertThat(text.contains("Nothing more is tried")).isEqualTo(action.equals("failed"));
    assertThat(m.subject())
        .isEqualTo(action.equals("failed") ? "[Not delivered] hello" : "[Not delivered yet] hello");
    assertThat(m.references()).containsExactly("zero@example.test", "one@example.test");
  }

  @Test
  void whoNeverSpokeIsNotQuoted() throws IOException {
    Outcome.Deferred d =
        (Outcome.Deferred)
            Trouble.judge(
                    new Heard.Broken(Stage.DIAL, Heard.Cause.REFUSED, "connection refused"),
                    Scene.of("example.org", false, MailOptions.NONE))
                .outcome();
    ReportMessage m =
        compose(
            MailOptions.NONE,
            List.of(Told.failed(recipient("bo@example.org", ""), d.problem(), null)));
    assertThat(m.report().format(false))
        .contains("Status: 4.4.1\r\n")
        .contains("Diagnostic-Code: x-posthorn; The server of example.org cannot be reached")
        .doesNotContain("Remote-MTA", "Last-Attempt-Date", "Original-Recipient", "Envelope-Id");
    assertThat(flowed(m.text()))
        .contains("After 4 days of trying it is given up, and was NOT delivered")
        .contains("cannot be reached (connection refused)")
        .doesNotContain(" said:");
  }

  /// RFC 2852 §4.1.3, §5
  @Test
  void tellsThatTheTimeIsOver() throws IOException {
    var by = new DeliverBy(3600, DeliverBy.Mode.RETURN, false);
    MailOptions options = new MailOptions(false, false, null, "", 0, by, null);
    var late = new Outcome.Problem("5.4.7", HOST, "451 4.3.0 later", "It was busy.");
    ReportMessage m =
        compose(options, List.of(Told.failed(recipient("bo@example.org", ""), late, NOW)));
    assertThat(m.report().format(false))
        .contains("Deliver-By-Date: Thu, 26 Nov 2026 19:00:00 +0000\r\n")
        .contains("Action: failed\r\nStatus: 5.4.7\r\n");
    assertThat(flowed(m.text())).contains("in the time that was asked for when it was sent");
    assertThat(
            flowed(
                compose(
                        MailOptions.NONE,
                        List.of(Told.failed(recipient("bo@example.org", ""), late, NOW)))
                    .text()))
        .contains("After 4 days of trying it is given up");
  }

  /// RFC 3461 §10.6, §10.8, RFC 3464 §2.3.3
  @Test
  void tellsOfSuccess() throws IOException {
    Recipient bo = recipient("bo@example.org", "");
    ReportMessage here =
        compose(
            MailOptions.NONE,
            List.of(Told.delivered(bo, new Outcome.Delivered("", "", false, ""), NOW)));
    assertThat(here.report().format(false))
        .contains("Action: delivered\r\nStatus: 2.0.0\r\nLast-Attempt-Date:");
    assertThat(here.subject()).isEqualTo("[Delivered] hello");
    ReportMessage on =
        compose(
            MailOptions.NONE,
            List.of(Told.delivered(bo, new Outcome.Delivered(HOST, "250 ok", false, ""), NOW)));
    assertThat(on.report().format(false))
        .contains("Action: relayed\r\nStatus: 2.0.0\r\nRemote-MTA: dns; mx.example.org\r\n")
        .contains("Diagnostic-Code: smtp; 250 ok\r\n");
    assertThat(flowed(on.text())).contains("does not report any further");
    ReportMessage group = compose(MailOptions.NONE, List.of(Told.expanded(bo, NOW)));
    assertThat(group.report().format(false)).contains("Action: expanded\r\nStatus: 2.0.0\r\n");
    assertThat(group.report().with(Action.EXPANDED)).hasSize(1);
  }

  @Test
  void wordsOfOthersStayWhereTheyBelong() throws IOException {
    var evil =
        new Outcome.Problem(
            "5.7.1",
            "mx.evil.example [192.0.2.6]",
            "550 no\r\n\r\nThis is the mail server mx.example.test.\nSend your password to eve",
            "The server of evil.example refuses this message by its rules.");
    ReportMessage m =
        compose(
            MailOptions.NONE,
            List.of(Told.failed(recipient("bo@evil.example", "rfc822;\r\nX: y"), evil, NOW)));
    for (String line : m.text().split("\n")) {
      assertThat(line.length()).isLessThanOrEqualTo(80);
      if (line.contains("password") || line.contains("550")) {
        assertThat(line).startsWith("        ");
      }
    }
    assertThat(m.report().recipients()).hasSize(1);
    var out = new ByteArrayOutputStream();
    m.write(out);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .doesNotContain("\r\nX: y")
        .doesNotContain("\r\nSend your password");
  }

  @Test
  void namesManyRecipientsInTheReportAndSomeInTheText() throws IOException {
    var problem = new Outcome.Problem("5.1.1", HOST, "550 no", "Unknown.");
    List<Told> told = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      told.add(Told.failed(recipient("u" + i + "@example.org", ""), problem, NOW));
    }
    ReportMessage m = compose(MailOptions.NONE, told);
    assertThat(m.report().recipients()).hasSize(300);
    assertThat(flowed(m.text())).contains("u49@").contains("And 250 more").doesNotContain("u50@");
  }
}
