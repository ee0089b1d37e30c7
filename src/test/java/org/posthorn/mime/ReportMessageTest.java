package org.posthorn.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Properties;
import org.apache.james.mime4j.dom.Message;
import org.apache.james.mime4j.dom.Multipart;
import org.apache.james.mime4j.message.DefaultMessageBuilder;
import org.junit.jupiter.api.Test;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mime.DeliveryReport.Name;

class ReportMessageTest {
  private static final OffsetDateTime DATE = OffsetDateTime.parse("2026-11-30T18:00:00Z");
  private static final String ORIGINAL =
      """
      Received: by mx.example.test
      Message-ID: <one@example.test>
      From: ana@example.test
      Subject: Kühe
      	und Hühner

      Grüße
      .
      --b0undary--
      """
          .replace("\n", "\r\n");

  private static EmailAddress address(String s) {
    return EmailAddress.parse(s);
  }

  private static DeliveryReport report(String recipient) {
    return new DeliveryReport(
        "QQ314159",
        new Name(DeliveryReport.DNS, "mx.example.test"),
        DATE,
        null,
        List.of(
            new DeliveryReport.Recipient(
                null,
                Name.address(recipient),
                Action.FAILED,
                "5.1.1",
                new Name(DeliveryReport.DNS, "mx.example.org"),
                new Name(DeliveryReport.SMTP, "550 5.1.1 no such user"),
                DATE,
                null,
                "")));
  }

  private static ReportMessage message(
      String to,
      String subject,
      List<String> references,
      String text,
      DeliveryReport report,
      ReportMessage.Original original) {
    return new ReportMessage(
        "Mail Delivery System",
        address("postmaster@example.test"),
        address(to),
        subject,
        DATE,
        "id1@mx.example.test",
        references,
        "en",
        text,
        report,
        original,
        "b0undary7q",
        !address(to).isAscii());
  }

  private static ReportMessage.Original original(boolean whole, boolean utf8) {
    byte[] b = ORIGINAL.getBytes(StandardCharsets.UTF_8);
    return new ReportMessage.Original(() -> new ByteArrayInputStream(b), whole, utf8);
  }

  private record Written(String text, boolean eightBit, Part part) {
    Part third() {
      return part.children().get(2);
    }

    String body(Part p) throws IOException {
      byte[] all = text.getBytes(StandardCharsets.UTF_8);
      var raw = new ByteArrayInputStream(all, (int) p.bodyStart(), (int) p.size());
      byte[] b = TransferDecoder.decode(raw, p.encoding()).readAllBytes();
      return new String(b, StandardCharsets.UTF_8);
    }
  }

  private static Written write(ReportMessage m) throws IOException {
    var out = new ByteArrayOutputStream();
    boolean eightBit = m.write(out);
    byte[] b = out.toByteArray();
    boolean any = false;
    for (int i = 0; i < b.length; i++) {
      any |= b[i] < 0;
      if (b[i] == '\n') {
        assertThat(b[i - 1]).as("CRLF alone").isEqualTo((byte) '\r');
      }
    }
    assertThat(any && m.to().isAscii()).isEqualTo(eightBit && m.to().isAscii());
    return new Written(new String(b, StandardCharsets.UTF_8), eightBit, MimeScanner.scan(b));
  }

  @Test
  void hasThreePartsThatEverybodyReads() throws Exception {
    Written w =
        write(
            message(
                "ana@example.test",
                "[Not delivered] Kühe",
                List.of("zero@example.test", "one@example.test"),
                "Your message could not be delivered.\n",
                report("bo@example.org"),
                original(false, false)));
    assertThat(w.eightBit()).isFalse();
    assertThat(w.text())
        .startsWith(
            """
            From: Mail Delivery System <postmaster@example.test>
            To: ana@example.test
            Subject: =?UTF-8?Q?=5BNot_delivered=5D_K=C3=BChe?=
            Date: Mon, 30 Nov 2026 18:00:00 +0000
            Message-ID: <id1@mx.example.test>
            In-Reply-To: <one@example.test>
            References: <zero@example.test> <one@example.test>
            Auto-Submitted: auto-replied
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status;
             boundary="b0undary7q"
            Content-Transfer-Encoding: 7bit
            """
                .replace("\n", "\r\n"));
    assertThat(types(w.part()))
        .containsExactly("text/plain", "message/delivery-status", "text/rfc822-headers");
    assertThat(w.third().encoding()).isEqualTo("quoted-printable");
    assertThat(w.body(w.third()))
        .isEqualTo(ORIGINAL.substring(0, ORIGINAL.indexOf("\r\n\r\n") + 2));
    byte[] all = w.text().getBytes(StandardCharsets.UTF_8);
    MessageText.Source source = DeliveryReportTest.source(all);
    assertThat(DeliveryReport.find(w.part(), source)).isEqualTo(report("bo@example.org"));
    assertThat(DeliveryReport.returned(w.part(), source)).isEqualTo("one@example.test");
    assertThat(BaseSubject.of(w.part().headers().first("Subject"))).isEqualTo("Kühe");

    Message m = new DefaultMessageBuilder().parseMessage(new ByteArrayInputStream(all));
    assertThat(m.getMimeType()).isEqualTo("multipart/report");
    assertThat(m.getSubject()).isEqualTo("[Not delivered] Kühe");
    assertThat(((Multipart) m.getBody()).getBodyParts())
        .extracting(p -> p.getMimeType())
        .containsExactlyElementsOf(types(w.part()));
    var j = new MimeMessage(Session.getInstance(new Properties()), new ByteArrayInputStream(all));
    var parts = (MimeMultipart) j.getContent();
    assertThat(parts.getCount()).isEqualTo(3);
    assertThat(parts.getBodyPart(1).isMimeType("message/delivery-status")).isTrue();
    assertThat(j.getHeader("Auto-Submitted")).containsExactly("auto-replied");
  }

  private static List<String> types(Part part) {
    return part.children().stream().map(p -> p.type() + "/" + p.subtype()).toList();
  }

  @Test
  void returnsAWholeMessageAsItIs() throws IOException {
    Written w =
        write(
            message(
                "ana@example.test", "x", List.of(), "x\n", report("b@c"), original(true, false)));
    assertThat(w.eightBit()).isTrue();
    assertThat(w.part().encoding()).isEqualTo("8bit");
    assertThat(types(w.part())).last().isEqualTo("message/rfc822");
    assertThat(w.third().encoding()).isEqualTo("8bit");
    assertThat(w.body(w.third())).isEqualTo(ORIGINAL);
    assertThat(w.text()).doesNotContain("References:").doesNotContain("In-Reply-To:");
  }

  /// RFC 6533 §4.4, §4.5
  @Test
  void returnsAnInternationalMessageToAnOldAddressInSevenBits() throws IOException {
    Written whole =
        write(
            message(
                "ana@example.test", "x", List.of(), "x\n", report("josé@c"), original(true, true)));
    assertThat(whole.eightBit()).isFalse();
    assertThat(types(whole.part()))
        .containsExactly("text/plain", "message/global-delivery-status", "message/global");
    assertThat(whole.body(whole.part().children().get(1)))
        .contains("Final-Recipient: utf-8; josé@c\r\n");
    assertThat(whole.third().encoding()).isEqualTo("base64");
    assertThat(whole.body(whole.third())).isEqualTo(ORIGINAL);
    Written header =
        write(
            message(
                "ana@example.test",
                "x",
                List.of(),
                "x\n",
                report("josé@c"),
                original(false, true)));
    assertThat(types(header.part())).last().isEqualTo("message/global-headers");
    assertThat(header.third().encoding()).isEqualTo("quoted-printable");
  }

  @Test
  void returnsAnInternationalMessageToANewAddressAsItIs() throws IOException {
    Written w =
        write(
            message(
                "anä@example.test",
                "[x] Kühe",
                List.of(),
                "Grüße\n",
                report("josé@c"),
                original(true, true)));
    assertThat(w.eightBit()).isTrue();
    assertThat(w.text()).contains("To: anä@example.test\r\n", "Subject: [x] Kühe\r\n");
    assertThat(w.third().encoding()).isEqualTo("8bit");
    assertThat(w.body(w.part().children().getFirst())).isEqualTo("Grüße\r\n");
  }

  @Test
  void refusesAnAddressThatTheHeaderCannotHold() {
    assertThatThrownBy(() ->
            new ReportMessage(
                "M",
                address("p@example.test"),
                address("ü@example.test"),
                "",
                DATE,
                "i@m",
                List.of(),
                "en",
                "",
                report("b@c"),
                null,
                "b",
                false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /// Subject, references and all else that a stranger wrote.
  @Test
  void nothingBeginsAFieldOrAPart() throws IOException {
    String evil = "x\r\nBcc: eve@example.org\r\n\r\n--b0undary7q\r\n\u2028y";
    Written w =
        write(
            message(
                "ana@example.test",
                evil.repeat(50),
                List.of(evil, "a b@c", "<x@y>", "", "ok@example.test", "ü@x", "q".repeat(400)),
                "x\n",
                report("bo@example.org"),
                original(false, false)));
    assertThat(w.part().children()).hasSize(3);
    Headers h = w.part().headers();
    assertThat(h.first("Bcc")).isNull();
    assertThat(h.first("References")).isEqualTo("<ok@example.test>");
    assertThat(h.size()).isEqualTo(11);
    for (String line : w.text().split("\r\n")) {
      assertThat(line.length()).isLessThan(998);
    }
  }

  @Test
  void copesWithNoHeaderNoBodyAndEndlessOnes() throws IOException {
    String endless = "X: " + "y".repeat(200_000);
    String many = "X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n".repeat(5_000);
    for (String text : List.of("", "\r\n", "\nbody", "Subject: x", endless, many)) {
      byte[] b = text.getBytes(StandardCharsets.UTF_8);
      var original = new ReportMessage.Original(() -> new ByteArrayInputStream(b), false, false);
      Written w = write(message("ana@example.test", "", List.of(), "", report("b@c"), original));
      assertThat(w.part().children()).hasSize(3);
      assertThat(w.text().length()).isLessThan(ReportMessage.HEADER_MAX + 8_000);
    }
  }

  @Test
  void keepsTheFirstReferenceAndTheNewest() throws IOException {
    List<String> ids = new java.util.ArrayList<>();
    for (int i = 0; i < 500; i++) {
      ids.add("m" + i + "@example.test");
    }
    Written w =
        write(message("ana@example.test", "x", ids, "x\n", report("b@c"), original(false, false)));
    List<String> kept = MessageIds.parse(w.part().headers().first("References"));
    assertThat(kept).hasSize(20).startsWith("m0@example.test").endsWith("m499@example.test");
  }
}
