package org.posthorn.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Submission;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Reply;

/// What a message from a file or a program becomes: its envelope and its header.
class SendRequestsTest {
  private static final long MAX = 2L << 20;

  private Submission.Request taken;
  private String octets;
  private Submission.Result result = new Submission.Result.Accepted(new QueueId(36), Map.of());

  private Submission.Result take(Submission.Request request) throws IOException {
    taken = request;
    octets = new String(request.octets().readAllBytes(), StandardCharsets.UTF_8);
    return result;
  }

  /// @param arguments as `name=value`, separated by `;`
  private Answer send(String arguments, String message) {
    Map<String, String> map = new HashMap<>();
    for (String pair : arguments.split(";")) {
      map.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
    }
    byte[] typed = message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
    return new SendRequests(this::take, "here.test", MAX)
        .run(new Request("send", map), new ByteArrayInputStream(typed));
  }

  private List<String> recipients() {
    return taken.recipients().stream().map(r -> r.path().address().toString()).toList();
  }

  private List<String> header() {
    return octets.substring(0, octets.indexOf("\r\n\r\n")).lines().toList();
  }

  @Test
  void theHeaderSaysWhoAndToWhom() {
    Answer answer =
        send(
            "author=true;header=true;user=root",
            """
            From: Ana <ana@x.test>
            To: Bo <bo@y.test>, team: cy@y.test, dan@y.test;
            Cc: BO@y.test,
             eve@z.test
            Bcc: hidden@z.test
            Subject: Hello

            Text
            """);
    assertThat(answer.ok()).isTrue();
    assertThat(answer.lines()).containsExactly("sent as 10");
    assertThat(answer.result().path("id").asString()).isEqualTo("10");
    assertThat(answer.result().path("exit").asInt()).isZero();
    assertThat(taken.account()).isNull();
    assertThat(taken.sender().path().toString()).isEqualTo("<ana@x.test>");
    assertThat(recipients())
        .containsExactly("bo@y.test", "cy@y.test", "dan@y.test", "eve@z.test", "hidden@z.test");
    assertThat(octets)
        .isEqualTo(
            """
            From: Ana <ana@x.test>
            To: Bo <bo@y.test>, team: cy@y.test, dan@y.test;
            Cc: BO@y.test,
             eve@z.test
            Subject: Hello

            Text
            """
                .replace("\n", "\r\n"));
  }

  @Test
  void namedRecipientsAreTheOnlyOnesUnlessTheHeaderIsAsked() {
    String message = "To: bo@y.test\n\nText\n";
    send("user=root;to=cy@y.test", message);
    assertThat(recipients()).containsExactly("cy@y.test");
    send("user=root;to=cy@y.test;header=true", message);
    assertThat(recipients()).containsExactly("cy@y.test", "bo@y.test");
    send("user=root;to=a@y.test, B <b@y.test>\nc@y.test", message);
    assertThat(recipients()).containsExactly("a@y.test", "b@y.test", "c@y.test");
  }

  /// What cron writes.
  @Test
  void namesWithoutADomainAreHere() {
    send(
        "user=root;to=root;name=(ignored)",
        """
        From: root (Cron Daemon)
        To: root
        Subject: Cron <root@machine> run-parts
        Content-Type: text/plain; charset=UTF-8

        done
        """);
    assertThat(taken.sender().path().toString()).isEqualTo("<root@here.test>");
    assertThat(recipients()).containsExactly("root@here.test");
    assertThat(header())
        .containsExactly(
            "From: Cron Daemon <root@here.test>",
            "To: root@here.test",
            "Subject: Cron <root@machine> run-parts",
            "Content-Type: text/plain; charset=UTF-8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "To: ana, Bo <bo@y.test>|To: ana@here.test,/\tBo <bo@y.test>",
        "Cc: \"A, B\" <ana>|Cc: \"A, B\" <ana@here.test>",
        "Reply-To: =?utf-8?q?J=C3=BC?= <jue>|Reply-To: =?utf-8?q?J=C3=BC?= <jue@here.test>",
        "To: Jürgen <jue>|To: =?utf-8?q?J=C3=BCrgen?= <jue@here.test>",
        "To: all: ana, bo;|To: all: ana@here.test,/\tbo@here.test;",
        "To: undisclosed-recipients:;|To: undisclosed-recipients:;",
        "To: bo@y.test (Bo)|To: bo@y.test (Bo)",
        "X-To: ana|X-To: ana",
        "to : ana|to: ana@here.test",
      })
  void addressesInTheHeaderGetADomain(String field, String expected) {
    send("user=root;to=bo@y.test", field + "\n\nText\n");
    assertThat(String.join("/", header()).toLowerCase(java.util.Locale.ROOT))
        .isEqualTo(expected.toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void aNameIsForAFromThatIsMissing() {
    send("user=web;name=The \"Web\" Ärger;to=bo@y.test", "Subject: x\n\nText\n");
    assertThat(header().getFirst()).startsWith("From: =?").endsWith("?= <web@here.test>");
    send("user=web;name=Web, the;to=bo@y.test", "Subject: x\n\nText\n");
    assertThat(header()).containsExactly("From: \"Web, the\" <web@here.test>", "Subject: x");
    send("user=web;name=W\r\nBcc: x@y.test;to=bo@y.test", "Subject: x\n\nText\n");
    assertThat(header())
        .containsExactly("From: \"W  Bcc: x@y.test\" <web@here.test>", "Subject: x");
    send("user=web;name=Web;to=bo@y.test", "From: a@x.test\n\nText\n");
    assertThat(header()).containsExactly("From: a@x.test");
  }

  @ParameterizedTest
  @CsvSource({
    "from=<>, <>",
    "from=, <>",
    "from=ana@x.test, <ana@x.test>",
    "from=Ana <ana@x.test>, <ana@x.test>",
    "from=ana, <ana@here.test>",
    "user=root, <root@here.test>",
    "author=true;user=root, <w@x.test>",
  })
  void theSenderIsWhomSomebodyNames(String arguments, String sender) {
    send(arguments + ";to=bo@y.test", "From: w@x.test\n\nText\n");
    assertThat(taken.sender().path().toString()).isEqualTo(sender);
  }

  @Test
  void whatIsResentGoesToThoseItIsResentTo() {
    send(
        "author=true;header=true;user=root",
        """
        Resent-From: bo@y.test
        Resent-To: cy@y.test
        Resent-Bcc: dan@y.test
        From: ana@x.test
        To: bo@y.test

        Text
        """);
    assertThat(taken.sender().path().toString()).isEqualTo("<bo@y.test>");
    assertThat(recipients()).containsExactly("cy@y.test", "dan@y.test");
    assertThat(octets).doesNotContain("dan@y.test");
  }

  @Test
  void whatIsNoFieldEndsTheHeader() {
    send("user=root;to=bo@y.test", "Subject: x\nText: of it\nno field\nTo: you\n");
    assertThat(octets).isEqualTo("Subject: x\r\nText: of it\r\n\r\nno field\r\nTo: you\r\n");
    send("user=root;to=bo@y.test", "Only text here\n");
    assertThat(octets).isEqualTo("\r\nOnly text here\r\n");
    send("user=root;to=bo@y.test", "");
    assertThat(octets).isEqualTo("\r\n");
    send("user=root;to=bo@y.test", "From ana Mon Nov 30 18:00:00 2026\nSubject: x\n\nText\n");
    assertThat(octets).isEqualTo("Subject: x\r\n\r\nText\r\n");
    send("user=root;to=bo@y.test", "\n\nText\n");
    assertThat(octets).isEqualTo("\r\n\r\nText\r\n");
  }

  @Test
  void noticesAreAsOrdered() {
    send("user=root;to=bo@y.test;notify=success,Delay;return=hdrs;envelope-id=QQ1", "\nText\n");
    assertThat(taken.recipients().getFirst().told())
        .containsExactlyInAnyOrder(Recipient.Notify.SUCCESS, Recipient.Notify.DELAY);
    assertThat(taken.sender().options().returned()).isEqualTo(MailOptions.Returned.HEADERS);
    assertThat(taken.sender().options().envelopeId()).isEqualTo("QQ1");
    assertThat(taken.sender().options().utf8()).isFalse();
    send("user=root;to=jürgen@y.test", "\nText\n");
    assertThat(taken.sender().options().utf8()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "user=root|64|no recipients",
        "user=root;header=true|64|no recipients",
        "to=,,|64|not an address: ,,",
        "from=a@x.test, b@x.test;to=bo@y.test|64|not an address: a@x.test, b@x.test",
        "to=bo@-y-|65|not an address: bo@-y-",
        "to=bo@y.test;notify=never,delay|64|a notice never, and never,delay",
        "to=bo@y.test;notify=often|64|no occasion for a notice: often",
        "to=bo@y.test;return=half|64|notices return full or hdrs",
        "to=bo@y.test;envelope-id=a b|64|not an envelope id: a b",
      })
  void whatMakesNoSenseIsSaid(String arguments, int exit, String error) {
    Answer answer = send(arguments, "Subject: x\n\nText\n");
    assertThat(answer.error()).isEqualTo(error);
    assertThat(answer.result().path("exit").asInt()).isEqualTo(exit);
    assertThat(taken).isNull();
  }

  @Test
  void whatIsTooLargeIsNotSent() {
    Answer header = send("to=bo@y.test", "X: " + "x".repeat(OutgoingHeader.MAX) + "\n\nText\n");
    assertThat(header.error()).isEqualTo("the header is larger than 1048576 octets");
    assertThat(header.result().path("exit").asInt()).isEqualTo(ExitStatus.DATA);
    assertThat(taken).isNull();
    Answer all = send("to=bo@y.test", "\n" + "x".repeat((int) MAX));
    assertThat(all.error()).isEqualTo("the message is larger than 2097152 octets");
    assertThat(all.result().path("exit").asInt()).isEqualTo(ExitStatus.DATA);
  }

  private static Recipient to(String address) {
    return Recipient.of(new ForwardPath(EmailAddress.parse(address)));
  }

  @ParameterizedTest
  @CsvSource({
    "550 5.1.1, 67",
    "550 5.7.1, 69",
    "452 4.2.2, 75",
    "450 4.7.1, 75",
    "554 5.4.6, 69",
  })
  void aRefusalHasItsStatus(String code, int exit) {
    Reply reply =
        Reply.of(Integer.parseInt(code.substring(0, 3)), code.substring(4), "For a reason");
    result = new Submission.Result.Refused(reply, Map.of());
    Answer answer = send("to=bo@y.test", "\nText\n");
    assertThat(answer.error()).isEqualTo("not sent: " + code + " For a reason");
    assertThat(answer.result().path("exit").asInt()).isEqualTo(exit);
  }

  @Test
  void whoDidNotGetItIsNamed() {
    Map<Recipient, Reply> refused = new LinkedHashMap<>();
    refused.put(to("cy@y.test"), Reply.of(452, "4.2.2", "Mailbox full"));
    result = new Submission.Result.Accepted(new QueueId(36), refused);
    Answer full = send("to=bo@y.test\ncy@y.test", "\nText\n");
    assertThat(full.error()).isEqualTo("not sent to all: <cy@y.test>: 452 4.2.2 Mailbox full");
    assertThat(full.lines())
        .containsExactly("sent as 10", "refused: <cy@y.test> 452 4.2.2 Mailbox full");
    // Not "try again": the others have it.
    assertThat(full.result().path("exit").asInt()).isEqualTo(ExitStatus.UNAVAILABLE);
    refused.put(to("dan@y.test"), Reply.of(550, "5.1.1", "No such user here"));
    Answer both = send("to=bo@y.test", "\nText\n");
    assertThat(both.error()).contains("and 1 more");
    assertThat(both.result().path("exit").asInt()).isEqualTo(ExitStatus.NO_USER);
    List<String> named = new ArrayList<>();
    both.result().path("refused").forEach(n -> named.add(n.path("recipient").asString()));
    assertThat(named).containsExactly("cy@y.test", "dan@y.test");
  }
}
