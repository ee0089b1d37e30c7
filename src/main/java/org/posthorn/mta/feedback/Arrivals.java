package org.posthorn.mta.feedback;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.posthorn.mime.DecodedBody;
import org.posthorn.mime.FirstOctets;
import org.posthorn.mime.Part;
import org.posthorn.mta.feedback.FeedbackRows.Kind;
import org.posthorn.store.Message;
import org.posthorn.trust.report.AggregateReader;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.BadReportException;
import org.posthorn.trust.report.PackedReport;
import org.posthorn.trust.report.TlsReport;
import org.posthorn.trust.report.TlsReportJson;

/// Reads reports about our domains when they come in, and keeps what they say. The message is
/// delivered as any other.
public final class Arrivals {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final int PARTS_MAX = 3;
  private static final int DEPTH_MAX = 5;
  private static final long DAY = Duration.ofDays(1).toSeconds();

  private static final Set<String> PACKED =
      Set.of(
          "application/gzip",
          "application/x-gzip",
          "application/zip",
          "application/x-zip-compressed",
          "application/tlsrpt+gzip",
          "application/tlsrpt+json",
          "application/xml",
          "text/xml");

  private final Feedback feedback;
  private final Set<String> mailboxes;
  private final Predicate<String> ours;

  /// @param mailboxes local parts that reports come to, in lower case
  /// @param ours whether a domain is
  public Arrivals(Feedback feedback, Set<String> mailboxes, Predicate<String> ours) {
    this.feedback = feedback;
    this.mailboxes = Set.copyOf(mailboxes);
    this.ours = ours;
  }

  /// Whether what comes to an address is looked at.
  public boolean concerns(String localPart) {
    return mailboxes.contains(localPart.toLowerCase(Locale.ROOT));
  }

  /// Looks for reports in a message.
  public void look(Message message) {
    List<Part> parts = new ArrayList<>();
    collect(message.structure(), 0, parts);
    for (Part p : parts) {
      try (InputStream raw = message.open()) {
        raw.skipNBytes(p.bodyStart());
        InputStream body = DecodedBody.open(new FirstOctets(raw, p.size()), p);
        read(PackedReport.open(body), name(p));
      } catch (BadReportException e) {
        LOG.log(INFO, "report-not-read reason={0}", e.getMessage());
      } catch (IOException | RuntimeException e) {
        LOG.log(INFO, "report-not-read reason={0}", e.toString());
      }
    }
  }

  private static String name(Part p) {
    String file = p.fileName() == null ? "" : p.fileName().toLowerCase(Locale.ROOT);
    return p.type() + "/" + p.subtype() + " " + file;
  }

  private static void collect(Part p, int depth, List<Part> found) {
    if (p.multipart() && depth < DEPTH_MAX) {
      p.children().forEach(c -> collect(c, depth + 1, found));
      return;
    }
    String name = name(p).toLowerCase(Locale.ROOT);
    boolean packed =
        PACKED.contains(name.substring(0, name.indexOf(' ')))
            || name.endsWith(".xml.gz")
            || name.endsWith(".json.gz")
            || name.endsWith(".zip");
    if (packed && found.size() < PARTS_MAX && DecodedBody.possible(p)) {
      found.add(p);
    }
  }

  private void read(InputStream report, String name) throws BadReportException {
    if (name.contains("tlsrpt") || name.contains(".json")) {
      keep(TlsReportJson.read(report));
    } else {
      keep(AggregateReader.read(report));
    }
  }

  private void keep(AggregateReport report) {
    String domain = report.published().domain();
    if (!ours.test(domain)) {
      LOG.log(INFO, "report-not-ours domain={0}", domain);
      return;
    }
    Map<Seen, Long> counts = new HashMap<>();
    for (AggregateReport.Row r : report.rows()) {
      counts.merge(
          new Seen.Mail(reporter(report.organization()), domain, r.withCount(1)),
          r.count(),
          Long::sum);
    }
    put(Kind.MAIL_THERE, report.begin().getEpochSecond(), counts);
  }

  private void keep(TlsReport report) {
    Map<Seen, Long> counts = new HashMap<>();
    String reporter = reporter(report.organization());
    for (TlsReport.Policy p : report.policies()) {
      if (!ours.test(p.domain())) {
        LOG.log(INFO, "report-not-ours domain={0}", p.domain());
        continue;
      }
      if (p.successes() > 0) {
        counts.merge(seen(reporter, p, null), p.successes(), Long::sum);
      }
      for (TlsReport.Failure f : p.details()) {
        var one =
            new TlsReport.Failure(
                f.type(), f.sendingIp(), f.mxHost(), f.mxHelo(), f.receivingIp(), 1, f.reason());
        counts.merge(seen(reporter, p, one), f.sessions(), Long::sum);
      }
    }
    put(Kind.TLS_THERE, report.begin().getEpochSecond(), counts);
  }

  private static Seen seen(String reporter, TlsReport.Policy p, TlsReport.Failure failure) {
    return new Seen.Tls(reporter, p.domain(), p.type(), p.domain(), List.of(), List.of(), failure);
  }

  private static String reporter(String organization) {
    return organization.isEmpty() ? "unknown" : organization;
  }

  private void put(Kind kind, long seconds, Map<Seen, Long> counts) {
    long today = feedback.today();
    long day = Math.clamp(seconds / DAY, today - History.KEPT_DAYS, today);
    int rows = counts.size();
    boolean fits = feedback.take(kind, rows, rows) == rows; // half a report would be a wrong one
    if (rows > 0 && fits && feedback.rows().set(kind, day, counts)) {
      LOG.log(INFO, "report-kept rows={0}", rows);
    }
  }
}
