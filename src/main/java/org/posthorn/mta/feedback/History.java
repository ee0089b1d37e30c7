package org.posthorn.mta.feedback;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mta.feedback.FeedbackRows.Counted;
import org.posthorn.mta.feedback.FeedbackRows.Kind;
import org.posthorn.store.Store;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.TlsReport;

/// What others have reported about our domains. Any thread.
public final class History {
  /// Older rows are removed.
  static final int KEPT_DAYS = 90;

  private static final int ROWS_MAX = 100_000;
  private static final long DAY = 86_400;

  /// Mail in a domain's name.
  ///
  /// @param row with the number of messages
  public record Mail(LocalDate day, String reporter, AggregateReport.Row row) {}

  /// Sessions of TLS.
  ///
  /// @param failure null for those where all was well
  public record Tls(
      LocalDate day, String reporter, String type, long sessions, TlsReport.Failure failure) {}

  private final FeedbackRows rows;
  private final InstantSource clock;

  public History(Store store, InstantSource clock) {
    this.rows = new FeedbackRows(store);
    this.clock = clock;
  }

  /// Of a domain, from so many days ago on; the oldest first.
  public List<Mail> mail(String domain, int days) {
    List<Mail> found = new ArrayList<>();
    for (Counted c : read(Kind.MAIL_THERE, days)) {
      if (c.seen() instanceof Seen.Mail(var reporter, var of, var r) && of.equals(domain)) {
        found.add(new Mail(LocalDate.ofEpochDay(c.day()), reporter, r.withCount(c.count())));
      }
    }
    return found;
  }

  /// As [#mail], of TLS on the way to the domain.
  public List<Tls> tls(String domain, int days) {
    List<Tls> found = new ArrayList<>();
    for (Counted c : read(Kind.TLS_THERE, days)) {
      if (c.seen() instanceof Seen.Tls t && t.domain().equals(domain)) {
        found.add(
            new Tls(LocalDate.ofEpochDay(c.day()), t.reporter(), t.type(), c.count(), t.failure()));
      }
    }
    return found;
  }

  private List<Counted> read(Kind kind, int days) {
    Instant now = clock.instant();
    long today = now.getEpochSecond() / DAY;
    return rows.read(kind, today - days, today + 1, ROWS_MAX);
  }
}
