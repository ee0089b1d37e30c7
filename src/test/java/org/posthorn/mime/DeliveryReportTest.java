package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mime.DeliveryReport.Name;
import org.posthorn.mime.DeliveryReport.Recipient;

class DeliveryReportTest {

  /// RFC 3461 §10.6
  private static final String DELIVERED =
      """
      To: Alice@Example.ORG
      From: postmaster@mail.Example.COM
      Subject: Delivery Notification (success) for Bob@Example.COM
      Content-Type: multipart/report; report-type=delivery-status;
          boundary=abcde
      MIME-Version: 1.0

      --abcde
      Content-type: text/plain; charset=us-ascii

      Your message (id QQ314159) was successfully delivered to
      Bob@Example.COM.

      --abcde
      Content-type: message/delivery-status

      Reporting-MTA: dns; mail.Example.COM
      Original-Envelope-ID: QQ314159

      Original-Recipient: rfc822;Bob@Example.COM
      Final-Recipient: rfc822;Bob@Example.COM
      Action: delivered
      Status: 2.0.0

      --abcde
      Content-type: message/rfc822

      Message-ID: <one@example.org>
      Subject: hello

      --abcde--
      """;

  @Test
  void readsTheExampleOfSuccess() throws IOException {
    DeliveryReport r = find(DELIVERED);
    Name bob = new Name("rfc822", "Bob@Example.COM");
    assertThat(r)
        .isEqualTo(
            new DeliveryReport(
                "QQ314159",
                new Name("dns", "mail.Example.COM"),
                null,
                null,
                List.of(
                    new Recipient(
                        bob, bob, Action.DELIVERED, "2.0.0", null, null, null, null, ""))));
    assertThat(returned(DELIVERED)).isEqualTo("one@example.org");
  }

  /// RFC 3461 §10.7 and §10.9
  @Test
  void readsTheExampleOfFailure() {
    DeliveryReport r =
        DeliveryReport.parse(
            """
            Reporting-MTA: dns; Example.ORG
            Original-Envelope-ID: QQ314159

            Original-Recipient: rfc822;Carol@Ivory.EDU
            Final-Recipient: rfc822;Carol@Ivory.EDU
            SMTP-Remote-Recipient: Carol@Ivory.EDU
            Diagnostic-Code: smtp; 550 error - no such recipient
            Action: failed
            Status: 5.0.0

            Original-Recipient: rfc822;George@Tax-ME.GOV
            Final-Recipient: rfc822;Sam@Boondoggle.GOV
            Action: failed (too many failures)
            Status: 5.0.0 (unavailable)
            Diagnostic-Code: smtp ; 550-mailbox unavailable
             550 user has moved with no forwarding address
            """);
    assertThat(r.recipients()).hasSize(2);
    Recipient carol = r.recipients().getFirst();
    assertThat(carol.action()).isEqualTo(Action.FAILED);
    assertThat(carol.diagnostic()).isEqualTo(new Name("smtp", "550 error - no such recipient"));
    Recipient sam = r.with(Action.FAILED).getLast();
    assertThat(sam.original()).isEqualTo(new Name("rfc822", "George@Tax-ME.GOV"));
    assertThat(sam.address()).isEqualTo(new Name("rfc822", "Sam@Boondoggle.GOV"));
    assertThat(sam.status()).isEqualTo("5.0.0");
    // RFC 3461 §9.2
    assertThat(sam.diagnostic().value())
        .isEqualTo("550-mailbox unavailable 550 user has moved with no forwarding address");
  }

  /// RFC 3464 appendix E, the second example, with the dates of the first.
  @Test
  void readsTheExampleWithManyRecipients() {
    DeliveryReport r =
        DeliveryReport.parse(
            """
            Reporting-MTA: dns; cs.utk.edu

            Original-Recipient: rfc822;arathib@vnet.ibm.com
            Final-Recipient: rfc822;arathib@vnet.ibm.com
            Action: failed
            Status: 5.0.0 (permanent failure)
            Diagnostic-Code: smtp;  550 'arathib@vnet.IBM.COM' is not a
             registered gateway user
            Remote-MTA: dns; vnet.ibm.com
            Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400

            Original-Recipient: rfc822;johnh@hpnjld.njd.hp.com
            Final-Recipient: rfc822;johnh@hpnjld.njd.hp.com
            Action: delayed
            Status: 4.0.0 (hpnjld.njd.jp.com: host name lookup failure)

            Original-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
            Final-Recipient: rfc822;wsnell@sdcc13.ucsd.edu
            Action: failed
            Status: 5.0.0
            Diagnostic-Code: smtp; 550 user unknown
            Remote-MTA: dns; sdcc13.ucsd.edu
            """);
    assertThat(r.recipients())
        .extracting(Recipient::action)
        .containsExactly(Action.FAILED, Action.DELAYED, Action.FAILED);
    assertThat(r.recipients())
        .extracting(Recipient::status)
        .containsExactly("5.0.0", "4.0.0", "5.0.0");
    Recipient first = r.recipients().getFirst();
    assertThat(first.diagnostic().value())
        .isEqualTo("550 'arathib@vnet.IBM.COM' is not a registered gateway user");
    assertThat(first.remote()).isEqualTo(new Name("dns", "vnet.ibm.com"));
    assertThat(first.lastTried()).isEqualTo(OffsetDateTime.parse("1994-07-07T17:15:49-04:00"));
  }

  /// What is sent all the same: no types, no blank line, nothing behind Action.
  @Test
  void takesLiberties() {
    DeliveryReport r =
        DeliveryReport.parse(
            """
            Reporting-MTA: mx.example.org
            Final-Recipient: a@example.org
            Action: FAILED
            Final-Recipient: <b@example.org>
            Action: Delayed
            Status: 04.1.1
            nonsense
            : more
            Final-Recipient: c@example.org
            Action: sleeping
            """);
    assertThat(r.reporter()).isEqualTo(new Name("dns", "mx.example.org"));
    assertThat(r.recipients()).extracting(Recipient::status).containsExactly("5.0.0", "4.0.0");
    assertThat(r.recipients())
        .extracting(x -> x.address().value())
        .containsExactly("a@example.org", "<b@example.org>");
  }

  @Test
  void isNoneWithoutRecipients() throws IOException {
    assertThat(DeliveryReport.parse("")).isNull();
    assertThat(DeliveryReport.parse("Reporting-MTA: dns; a\n\nAction: failed\n")).isNull();
    assertThat(find("Subject: x\n\nbody\n")).isNull();
    assertThat(returned("Subject: x\n\nbody\n")).isNull();
  }

  /// RFC 6533 §3: as seven bits, and as they are.
  @Test
  void tellsAddressesWithOtherLetters() {
    var jose = Name.address("josé@example.org");
    assertThat(jose.type()).isEqualTo("utf-8");
    DeliveryReport r =
        new DeliveryReport(
            "",
            new Name("dns", "mx"),
            null,
            null,
            List.of(new Recipient(null, jose, Action.FAILED, "5.1.1", null, null, null, null, "")));
    assertThat(r.global()).isTrue();
    assertThat(r.format(true)).contains("Final-Recipient: utf-8; josé@example.org\r\n");
    assertThat(r.format(false)).contains("Final-Recipient: utf-8; jos\\x{E9}@example.org\r\n");
    assertThat(DeliveryReport.parse(r.format(true))).isEqualTo(r);
    assertThat(DeliveryReport.parse(r.format(false))).isEqualTo(r);
    assertThat(Unitext.encode("a+b=c\\")).isEqualTo("a\\x{2B}b\\x{3D}c\\x{5C}");
    assertThat(Unitext.decode("\\x{2B}\\x{D800}\\x{41}\\x{1F600}\\x{x\\x{110000}"))
        .isEqualTo("+\\x{D800}\\x{41}😀\\x{x\\x{110000}");
  }

  @Test
  void nothingInAValueBeginsAField() {
    var evil = "550 no\r\nAction: delivered\r\n\r\nFinal-Recipient: x\u2028y\u0085z";
    DeliveryReport r =
        new DeliveryReport(
            evil,
            new Name("dns", evil),
            null,
            null,
            List.of(
                new Recipient(
                    null,
                    new Name("rfc822", evil),
                    Action.FAILED,
                    "5.0.0",
                    null,
                    new Name("smtp", evil.repeat(1_000)),
                    null,
                    null,
                    evil)));
    DeliveryReport back = DeliveryReport.parse(r.format(true));
    assertThat(back).isEqualTo(r);
    assertThat(back.recipients()).hasSize(1);
    for (String line : r.format(true).split("\r\n")) {
      assertThat(line.length()).isLessThan(900);
      assertThat(line).doesNotStartWith("Action: delivered").doesNotContain("\n", "\r");
    }
  }

  @Test
  void readsNoMoreThanItsBound() {
    var body = new StringBuilder("Reporting-MTA: dns; a\n\n");
    for (int i = 0; i < 5_000; i++) {
      body.append("Final-Recipient: rfc822; a\nAction: failed\n\n");
    }
    assertThat(DeliveryReport.parse(body.toString()).recipients()).hasSize(1_000);
    String long_ = "Final-Recipient: " + "x".repeat(10_000_000);
    assertThat(DeliveryReport.parse(long_ + "\nAction: failed\n")).isNull();
  }

  private static DeliveryReport find(String message) throws IOException {
    byte[] b = octets(message);
    return DeliveryReport.find(MimeScanner.scan(b), source(b));
  }

  private static String returned(String message) throws IOException {
    byte[] b = octets(message);
    return DeliveryReport.returned(MimeScanner.scan(b), source(b));
  }

  private static byte[] octets(String message) {
    return message.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  static MessageText.Source source(byte[] b) {
    return new MessageText.Source() {
      @Override
      public byte[] bytes(long from, int length) {
        return Arrays.copyOfRange(b, (int) from, (int) from + length);
      }

      @Override
      public InputStream stream(long from, long length) {
        return new ByteArrayInputStream(b, (int) from, (int) length);
      }
    };
  }
}
