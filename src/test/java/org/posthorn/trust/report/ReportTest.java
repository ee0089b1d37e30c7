package org.posthorn.trust.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.posthorn.trust.report.AggregateReport.Check;
import org.posthorn.trust.report.AggregateReport.Published;
import org.posthorn.trust.report.AggregateReport.Row;
import org.posthorn.trust.report.TlsReport.Failure;
import org.posthorn.trust.report.TlsReport.Policy;

/// Reports as they come, and what is no report.
class ReportTest {
  /// As RFC 7489 (appendix C) has it, which most still send.
  static final String OLD =
      """
      <?xml version="1.0" encoding="UTF-8" ?>
      <feedback>
        <report_metadata>
          <org_name>receiver.example</org_name>
          <email>noreply@receiver.example</email>
          <report_id>9391651994964116463</report_id>
          <date_range><begin>1335571200</begin><end>1335657599</end></date_range>
        </report_metadata>
        <policy_published>
          <domain>Sender.example</domain><adkim>r</adkim><aspf>r</aspf>
          <p>none</p><sp>none</sp><pct>100</pct>
        </policy_published>
        <record>
          <row>
            <source_ip>72.150.241.94</source_ip><count>2</count>
            <policy_evaluated>
              <disposition>none</disposition><dkim>fail</dkim><spf>pass</spf>
              <reason><type>forwarded</type><comment>a list</comment></reason>
            </policy_evaluated>
          </row>
          <identifiers><header_from>sender.example</header_from></identifiers>
          <auth_results>
            <dkim><domain>sender.example</domain><selector>s1</selector><result>fail</result></dkim>
            <spf><domain>sender.example</domain><scope>mfrom</scope><result>pass</result></spf>
          </auth_results>
        </record>
        <record>
          <row><source_ip>2001:db8::1</source_ip><count>3</count></row>
          <identifiers><header_from>sender.example</header_from></identifiers>
        </record>
      </feedback>
      """;

  /// The example of RFC 8460 §4.4, shortened.
  static final String TLS =
      """
      {
        "organization-name": "Company-X",
        "date-range": {
          "start-datetime": "2016-04-01T00:00:00Z",
          "end-datetime": "2016-04-01T23:59:59Z"
        },
        "contact-info": "sts-reporting@company-x.example",
        "report-id": "5065427c-23d3-47ca-b6e0-946ea0e8c4be",
        "policies": [{
          "policy": {
            "policy-type": "sts",
            "policy-string": ["version: STSv1","mode: testing",
                  "mx: *.mail.company-y.example","max_age: 86400"],
            "policy-domain": "company-y.example",
            "mx-host": ["*.mail.company-y.example"]
          },
          "summary": {
            "total-successful-session-count": 5326,
            "total-failure-session-count": 303
          },
          "failure-details": [{
            "result-type": "certificate-expired",
            "sending-mta-ip": "2001:db8:abcd:0012::1",
            "receiving-mx-hostname": "mx1.mail.company-y.example",
            "failed-session-count": 100
          }, {
            "result-type": "validation-failure",
            "sending-mta-ip": "198.51.100.62",
            "receiving-ip": "203.0.113.58",
            "receiving-mx-hostname": "mx-backup.mail.company-y.example",
            "failed-session-count": 3,
            "failure-reason-code": "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"
          }]
        }]
      }
      """;

  private static InputStream in(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static void isBad(String text) {
    assertThatThrownBy(() -> AggregateReader.read(in(text))).isInstanceOf(BadReportException.class);
  }

  @Test
  void theOldFormIsRead() throws IOException {
    AggregateReport report = AggregateReader.read(in(OLD));
    assertThat(report.organization()).isEqualTo("receiver.example");
    assertThat(report.id()).isEqualTo("9391651994964116463");
    assertThat(report.begin()).isEqualTo(Instant.ofEpochSecond(1335571200));
    assertThat(report.published())
        .isEqualTo(new Published("sender.example", "r", "r", "none", "none", "", false));
    assertThat(report.messages()).isEqualTo(5);
    assertThat(report.rows().getFirst())
        .isEqualTo(
            new Row(
                "72.150.241.94",
                2,
                "none",
                false,
                true,
                "forwarded",
                "sender.example",
                "",
                List.of(
                    new Check("dkim", "sender.example", "s1", "fail"),
                    new Check("spf", "sender.example", "mfrom", "pass"))));
  }

  @Test
  void whatIsWrittenIsRead() throws IOException {
    var report =
        new AggregateReport(
            "we & <co>",
            "postmaster@here.test",
            "1.here.test",
            Instant.ofEpochSecond(86400),
            Instant.ofEpochSecond(172799),
            new Published("sender.example", "s", "r", "reject", "none", "reject", true),
            AggregateReader.read(in(OLD)).rows());
    var out = new ByteArrayOutputStream();
    AggregateWriter.write(report, "Posthorn", out);
    assertThat(out.toString(UTF_8)).contains("xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"");
    assertThat(AggregateReader.read(new ByteArrayInputStream(out.toByteArray()))).isEqualTo(report);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<",
        "no xml",
        "<html><body/></html>",
        "<feedback>",
        "<feedback/>",
        "<feedback><policy_published><domain/></policy_published></feedback>",
        "<!DOCTYPE"
            + " feedback><feedback><policy_published><domain>a</domain></policy_published></feedback>",
        "<!DOCTYPE f [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><feedback><policy_published>"
            + "<domain>&x;</domain></policy_published></feedback>",
        "<feedback><policy_published><domain>&x;</domain></policy_published></feedback>",
      })
  void whatIsNoReportIsRefused(String text) {
    isBad(text);
  }

  @Test
  void entitiesThatMultiplyAreRefused() {
    var bomb = new StringBuilder("<!DOCTYPE f [<!ENTITY a0 \"aaaaaaaaaa\">");
    for (int i = 1; i < 20; i++) {
      bomb.append("<!ENTITY a").append(i).append(" \"");
      bomb.repeat("&a" + (i - 1) + ";", 10).append("\">");
    }
    isBad(
        bomb
            + "]><feedback><report_metadata><org_name>&a19;</org_name></report_metadata></feedback>");
  }

  @Test
  void depthTextsAndNumbersAreBounded() throws IOException {
    isBad("<feedback>" + "<a>".repeat(100_000));
    String record = OLD.substring(OLD.indexOf("<record>"), OLD.indexOf("</feedback>"));
    isBad(OLD.replace("</feedback>", record.repeat(10_001) + "</feedback>"));
    isBad(OLD.replace("<count>2<", "<count>-1<"));
    isBad(OLD.replace("<count>2<", "<count>99999999999999999999<"));
    AggregateReport report =
        AggregateReader.read(
            in(OLD.replace("<org_name>", "<org_name>a&#x9b;\u202eb" + "c".repeat(1000))));
    assertThat(report.organization()).startsWith("a??bccc").hasSize(255);
  }

  private static byte[] gzip(int megabytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      fill(gzip, megabytes);
    }
    return out.toByteArray();
  }

  private static byte[] zip(int megabytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("folder/"));
      zip.putNextEntry(new ZipEntry("report.xml"));
      fill(zip, megabytes);
    }
    return out.toByteArray();
  }

  /// A report, and behind it blanks.
  private static void fill(OutputStream out, int megabytes) throws IOException {
    out.write(OLD.getBytes(UTF_8));
    byte[] blanks = " ".repeat(1 << 20).getBytes(UTF_8);
    for (int i = 0; i < megabytes; i++) {
      out.write(blanks);
    }
  }

  private static AggregateReport unpack(byte[] packed) throws IOException {
    try (InputStream in = PackedReport.open(new ByteArrayInputStream(packed))) {
      return AggregateReader.read(in);
    }
  }

  @Test
  void reportsComePacked() throws IOException {
    AggregateReport plain = unpack(OLD.getBytes(UTF_8));
    assertThat(unpack(gzip(1))).isEqualTo(plain);
    assertThat(unpack(zip(1))).isEqualTo(plain);
  }

  @Test
  void bombsAreDefused() throws IOException {
    byte[] gzip = gzip(200);
    assertThat(gzip.length).isLessThan(1 << 20);
    assertThatThrownBy(() -> drain(gzip)).isInstanceOf(BadReportException.class);
    byte[] zip = zip(200);
    assertThatThrownBy(() -> drain(zip)).isInstanceOf(BadReportException.class);
  }

  private static void drain(byte[] packed) throws IOException {
    try (InputStream in = PackedReport.open(new ByteArrayInputStream(packed))) {
      in.transferTo(OutputStream.nullOutputStream());
    }
  }

  @Test
  void archivesWithoutAFileAreRefused() throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(out)) {
      for (int i = 0; i < 1000; i++) {
        zip.putNextEntry(new ZipEntry("f" + i + "/"));
      }
    }
    assertThatThrownBy(() -> unpack(out.toByteArray())).isInstanceOf(BadReportException.class);
    byte[] cut = java.util.Arrays.copyOf(gzip(0), 100);
    assertThatThrownBy(() -> unpack(cut)).isInstanceOf(BadReportException.class);
  }

  @Test
  void reportsOfTlsAreRead() throws IOException {
    TlsReport report = TlsReportJson.read(in(TLS));
    assertThat(report.organization()).isEqualTo("Company-X");
    assertThat(report.begin()).isEqualTo(Instant.parse("2016-04-01T00:00:00Z"));
    assertThat(report.successes()).isEqualTo(5326);
    assertThat(report.failures()).isEqualTo(303);
    Policy policy = report.policies().getFirst();
    assertThat(policy.domain()).isEqualTo("company-y.example");
    assertThat(policy.details())
        .element(1)
        .isEqualTo(
            new Failure(
                "validation-failure",
                "198.51.100.62",
                "mx-backup.mail.company-y.example",
                "",
                "203.0.113.58",
                3,
                "X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED"));
    byte[] written = TlsReportJson.write(report);
    assertThat(TlsReportJson.read(new ByteArrayInputStream(written))).isEqualTo(report);
  }

  @Test
  void jsonIsBounded() {
    for (String bad :
        List.of(
            "",
            "[]",
            "{",
            "{\"policies\":{}}",
            "{\"policies\":[{}]}",
            "[".repeat(100_000),
            "{\"policies\":[" + "[],".repeat(200_000) + "[]]}",
            "{\"a\":\"" + "x".repeat(200_000) + "\"}",
            "{\"policies\":" + "1".repeat(10_000) + "}",
            "{\"a\":" + " ".repeat(6 << 20) + "1}")) {
      assertThatThrownBy(() -> TlsReportJson.read(in(bad)))
          .as(bad.substring(0, Math.min(30, bad.length())))
          .isInstanceOf(BadReportException.class);
    }
  }
}
