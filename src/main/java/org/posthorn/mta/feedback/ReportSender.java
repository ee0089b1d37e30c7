package org.posthorn.mta.feedback;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Submission;
import org.posthorn.mta.feedback.FeedbackRows.Counted;
import org.posthorn.mta.feedback.FeedbackRows.Kind;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.ForwardPath;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.ReversePath;
import org.posthorn.smtp.Sender;
import org.posthorn.trust.dmarc.DmarcRecord;
import org.posthorn.trust.dmarc.DmarcResult.Policy;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.TlsReport;

/// Sends reports of days that are over to whoever publishes that they want them, and forgets what
/// they were made of. One thread.
public final class ReportSender {
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final int ROWS_MAX = 100_000;
  private static final int ROWS_OF_A_REPORT = 10_000;
  private static final int DESTINATIONS_MAX = 4;
  private static final int DOMAINS_MAX = 2000;
  private static final long DAY = 86_400;

  /// What could not be sent for so long is not sent any more.
  private static final int LATE_DAYS = 3;

  private final Feedback feedback;
  private final Resolver dns;
  private final Way way;
  private final String submitter;
  private final EmailAddress from;
  private volatile boolean stopping;

  /// Where messages went whose report is not sent to all yet. It is forgotten at a restart: a
  /// report that comes twice has the same id, and counts once.
  private final Set<Went> went = new HashSet<>();

  private enum Outcome {
    SENT,
    NEVER,
    LATER
  }

  private record Due(Kind kind, long day, String domain) {}

  private record Went(Due report, EmailAddress to) {}

  /// Where messages go: [Submission#submit].
  public interface Way {
    Submission.Result submit(Submission.Request request) throws IOException;
  }

  /// @param submitter our name
  /// @param from whose reports they are, and who is asked about them
  public ReportSender(
      Feedback feedback, Resolver dns, Way way, String submitter, EmailAddress from) {
    this.feedback = feedback;
    this.dns = dns;
    this.way = way;
    this.submitter = submitter;
    this.from = from;
  }

  /// From now on nothing more is begun; what is being sent is sent. Any thread.
  public void stop() {
    stopping = true;
  }

  /// Sends what is due, and forgets what is old. What cannot be sent now is tried the next time,
  /// under the same id. Says how many messages were sent.
  public int run(Instant now) {
    long today = feedback.today();
    int sent = 0;
    for (Kind kind : List.of(Kind.MAIL_HERE, Kind.TLS_HERE)) {
      for (long day = today - LATE_DAYS; day < today; day++) {
        sent += day(kind, day, now);
      }
      forget(kind, today - LATE_DAYS);
    }
    went.removeIf(w -> w.report.day < today - LATE_DAYS);
    forget(Kind.MAIL_THERE, today - History.KEPT_DAYS);
    forget(Kind.TLS_THERE, today - History.KEPT_DAYS);
    return sent;
  }

  private void forget(Kind kind, long before) {
    List<Counted> old = feedback.rows().read(kind, 0, before, ROWS_MAX);
    if (!old.isEmpty()) {
      feedback.rows().remove(old.stream().map(Counted::key).toList());
    }
  }

  private int day(Kind kind, long day, Instant now) {
    Map<String, List<Counted>> domains = new TreeMap<>();
    for (Counted c : feedback.rows().read(kind, day, day + 1, ROWS_MAX)) {
      domains.computeIfAbsent(c.seen().domain(), d -> new ArrayList<>()).add(c);
    }
    int sent = 0;
    int asked = 0;
    for (var e : domains.entrySet()) {
      if (stopping) {
        return sent;
      }
      if (asked++ < DOMAINS_MAX) {
        try {
          sent +=
              kind == Kind.MAIL_HERE
                  ? mail(e.getKey(), e.getValue(), day, now)
                  : tls(e.getKey(), e.getValue(), day, now);
        } catch (Later l) {
          continue; // the rows stay for the next time
        }
      }
      feedback.rows().remove(e.getValue().stream().map(Counted::key).toList());
    }
    return sent;
  }

  /// It cannot be found out now who wants it, or it cannot be sent now.
  private static final class Later extends Exception {
    private static final long serialVersionUID = 1;
  }

  // --- DMARC

  private int mail(String domain, List<Counted> seen, long day, Instant now) throws Later {
    DmarcRecord record = null;
    for (String text : texts("_dmarc." + domain)) {
      DmarcRecord r = DmarcRecord.parse(text);
      record = r == null ? record : r;
    }
    if (record == null || record.rua().isEmpty()) {
      return 0;
    }
    List<AggregateReport.Row> rows = new ArrayList<>();
    for (Counted c : seen) {
      if (c.seen() instanceof Seen.Mail m && rows.size() < ROWS_OF_A_REPORT) {
        rows.add(m.row().withCount(c.count()));
      }
    }
    var published =
        new AggregateReport.Published(
            domain,
            record.strictDkim() ? "s" : "r",
            record.strictSpf() ? "s" : "r",
            word(record.policy()),
            word(record.subdomains()),
            word(record.missing()),
            Boolean.TRUE.equals(record.testing()));
    var report =
        new AggregateReport(
            submitter,
            from.toString(),
            day + "." + domain + "@" + submitter,
            Instant.ofEpochSecond(day * DAY),
            Instant.ofEpochSecond((day + 1) * DAY - 1),
            published,
            rows);
    return send(
        new Due(Kind.MAIL_HERE, day, domain),
        destinations(record.rua(), domain),
        to -> ReportMail.aggregate(report, submitter, from.toString(), to.toString(), now));
  }

  private static String word(Policy policy) {
    return policy == null ? "" : policy.word();
  }

  /// RFC 9990 §4: whoever is outside the domain must have said that they want it.
  private List<EmailAddress> destinations(List<String> uris, String domain) throws Later {
    List<EmailAddress> all = new ArrayList<>();
    for (EmailAddress to : addresses(uris)) {
      String host = to.domain().toLowerCase(Locale.ROOT);
      boolean inside =
          host.equals(domain) || host.endsWith("." + domain) || domain.endsWith("." + host);
      if (inside
          || texts(domain + "._report._dmarc." + host).stream().anyMatch(ReportSender::agrees)) {
        all.add(to);
      } else {
        LOG.log(INFO, "report-not-wanted domain={0} destination={1}", domain, host);
      }
    }
    return all;
  }

  private static boolean agrees(String text) {
    return text.strip().matches("(?s)[vV]\\s*=\\s*DMARC1\\s*(;.*)?");
  }

  // --- TLS

  private int tls(String domain, List<Counted> seen, long day, Instant now) throws Later {
    List<String> uris = new ArrayList<>();
    for (String text : texts("_smtp._tls." + domain)) {
      uris.addAll(TlsReportRecord.uris(text));
    }
    if (uris.isEmpty()) {
      return 0;
    }
    Map<List<Object>, List<Counted>> policies = new LinkedHashMap<>();
    for (Counted c : seen) {
      if (c.seen() instanceof Seen.Tls t) {
        policies
            .computeIfAbsent(
                List.of(t.type(), t.policyDomain(), t.strings(), t.mx()), k -> new ArrayList<>())
            .add(c);
      }
    }
    var report =
        new TlsReport(
            submitter,
            from.toString(),
            day + "." + domain + "@" + submitter,
            Instant.ofEpochSecond(day * DAY),
            Instant.ofEpochSecond((day + 1) * DAY - 1),
            policies.values().stream().map(ReportSender::policy).toList());
    return send(
        new Due(Kind.TLS_HERE, day, domain),
        addresses(uris),
        to -> ReportMail.tls(report, domain, submitter, from.toString(), to.toString(), now));
  }

  private static TlsReport.Policy policy(List<Counted> same) {
    Seen.Tls first = (Seen.Tls) same.getFirst().seen();
    long successes = 0;
    long failures = 0;
    List<TlsReport.Failure> details = new ArrayList<>();
    for (Counted c : same) {
      TlsReport.Failure f = ((Seen.Tls) c.seen()).failure();
      if (f == null) {
        successes += c.count();
        continue;
      }
      failures += c.count();
      if (details.size() < ROWS_OF_A_REPORT) {
        details.add(
            new TlsReport.Failure(
                f.type(),
                f.sendingIp(),
                f.mxHost(),
                f.mxHelo(),
                f.receivingIp(),
                c.count(),
                f.reason()));
      }
    }
    return new TlsReport.Policy(
        first.type(),
        first.policyDomain(),
        first.strings(),
        first.mx(),
        successes,
        failures,
        details);
  }

  // --- both

  private List<String> texts(String name) throws Later {
    return switch (dns.txt(name)) {
      case Answer.Found<String> f -> f.records();
      case Answer.Absent<String> a -> List.of();
      case Answer.Failed<String> f -> throw new Later();
    };
  }

  /// Those of `mailto:`.
  private static List<EmailAddress> addresses(List<String> uris) {
    List<EmailAddress> all = new ArrayList<>();
    for (String uri : uris) {
      if (!uri.toLowerCase(Locale.ROOT).startsWith("mailto:") || all.size() == DESTINATIONS_MAX) {
        continue;
      }
      String text = uri.substring("mailto:".length()).split("[?!]", 2)[0];
      try {
        String plain = URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        EmailAddress to = EmailAddress.parse(plain);
        if (to != null && !all.contains(to)) {
          all.add(to);
        }
      } catch (IllegalArgumentException e) {
        // no address
      }
    }
    return all;
  }

  /// To each of them that has not got it yet. Says how many messages were sent.
  ///
  /// @throws Later if one of them is to get it the next time
  private int send(
      Due report, List<EmailAddress> destinations, Function<EmailAddress, byte[]> message)
      throws Later {
    int sent = 0;
    boolean all = true;
    for (EmailAddress to : destinations) {
      var one = new Went(report, to);
      if (went.contains(one)) {
        continue;
      }
      Outcome outcome = stopping ? Outcome.LATER : send(to, message.apply(to));
      if (outcome == Outcome.LATER) {
        all = false;
      } else {
        went.add(one);
        sent += outcome == Outcome.SENT ? 1 : 0;
      }
    }
    if (!all) {
      throw new Later();
    }
    went.removeIf(w -> w.report.equals(report));
    return sent;
  }

  private Outcome send(EmailAddress to, byte[] message) {
    var sender =
        new Sender(new ReversePath(from), message.length, Body.SEVEN_BIT, MailOptions.NONE);
    var recipient = Recipient.of(new ForwardPath(to));
    var request =
        new Submission.Request(sender, List.of(recipient), null, new ByteArrayInputStream(message));
    try {
      return switch (way.submit(request)) {
        case Submission.Result.Accepted a -> {
          LOG.log(INFO, "report-sent id={0} to={1}", a.id(), to);
          yield Outcome.SENT;
        }
        case Submission.Result.Refused r -> {
          LOG.log(WARNING, "report-not-sent to={0} reason={1}", to, r.reply());
          yield r.reply().permanent() ? Outcome.NEVER : Outcome.LATER;
        }
      };
    } catch (IOException e) {
      LOG.log(WARNING, "report-not-sent to={0} reason={1}", to, e.toString());
      return Outcome.LATER;
    }
  }
}
