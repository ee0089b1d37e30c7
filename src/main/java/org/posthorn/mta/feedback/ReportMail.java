package org.posthorn.mta.feedback;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.posthorn.mime.MailDate;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.AggregateWriter;
import org.posthorn.trust.report.TlsReport;
import org.posthorn.trust.report.TlsReportJson;

/// Messages that carry reports.
final class ReportMail {
  private static final int LINE = 76;
  private static final String BOUNDARY = "report-of-a-day";

  private ReportMail() {}

  /// RFC 9990 §3.5.
  static byte[] aggregate(
      AggregateReport report, String submitter, String from, String to, Instant now) {
    var packed = new ByteArrayOutputStream();
    pack(packed, out -> AggregateWriter.write(report, "Posthorn", out));
    String domain = report.published().domain();
    String file = file(submitter, domain, report.begin(), report.end()) + ".xml.gz";
    String subject = subject(submitter, domain, report.id());
    String about =
        "A report of DMARC about " + domain + ", of mail that came to " + submitter + ".";
    return message(
        from,
        to,
        subject,
        "",
        "multipart/mixed",
        about,
        "application/gzip",
        file,
        packed.toByteArray(),
        now);
  }

  /// RFC 8460 §5.3.
  static byte[] tls(
      TlsReport report, String domain, String submitter, String from, String to, Instant now) {
    var packed = new ByteArrayOutputStream();
    pack(packed, out -> out.write(TlsReportJson.write(report)));
    String file = file(submitter, domain, report.begin(), report.end()) + ".json.gz";
    String subject = subject(submitter, domain, report.id());
    String about =
        "A report about TLS on the way to " + domain + ", of mail from " + submitter + ".";
    String extra =
        "TLS-Report-Domain: "
            + domain
            + "\r\nTLS-Report-Submitter: "
            + submitter
            + "\r\n"
            + "TLS-Required: No\r\n"; // RFC 8689 §4.1: what is broken must not keep it back
    return message(
        from,
        to,
        subject,
        extra,
        "multipart/report; report-type=\"tlsrpt\"",
        about,
        "application/tlsrpt+gzip",
        file,
        packed.toByteArray(),
        now);
  }

  /// RFC 9990 §3.5.1, RFC 8460 §5.1; without what says how it is packed.
  private static String file(String submitter, String domain, Instant begin, Instant end) {
    return String.join(
        "!", submitter, domain, "" + begin.getEpochSecond(), "" + end.getEpochSecond());
  }

  private static String subject(String submitter, String domain, String id) {
    return "Report Domain: %s\r\n Submitter: %s\r\n Report-ID: <%s>"
        .formatted(domain, submitter, id);
  }

  private interface Writing {
    void write(OutputStream out) throws IOException;
  }

  private static void pack(ByteArrayOutputStream packed, Writing writing) {
    try (var out = new GZIPOutputStream(packed)) {
      writing.write(out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] message(
      String from,
      String to,
      String subject,
      String extra,
      String type,
      String about,
      String attached,
      String file,
      byte[] octets,
      Instant now) {
    Base64.Encoder base64 = Base64.getMimeEncoder(LINE, new byte[] {'\r', '\n'});
    String text =
        "From: <"
            + from
            + ">\r\n"
            + "To: <"
            + to
            + ">\r\n"
            + "Subject: "
            + subject
            + "\r\n"
            + "Date: "
            + MailDate.format(now.atOffset(ZoneOffset.UTC))
            + "\r\n"
            + extra
            + "Auto-Submitted: auto-generated\r\n"
            + "MIME-Version: 1.0\r\n"
            + "Content-Type: "
            + type
            + ";\r\n boundary=\""
            + BOUNDARY
            + "\"\r\n\r\n"
            + "--"
            + BOUNDARY
            + "\r\n"
            + "Content-Type: text/plain; charset=us-ascii\r\n\r\n"
            + about
            + "\r\n"
            + "--"
            + BOUNDARY
            + "\r\n"
            + "Content-Type: "
            + attached
            + "\r\n"
            + "Content-Transfer-Encoding: base64\r\n"
            + "Content-Disposition: attachment;\r\n filename=\""
            + file
            + "\"\r\n\r\n"
            + base64.encodeToString(octets)
            + "\r\n"
            + "--"
            + BOUNDARY
            + "--\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
