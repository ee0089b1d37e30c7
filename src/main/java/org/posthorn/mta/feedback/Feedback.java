package org.posthorn.mta.feedback;

import static java.lang.System.Logger.Level.WARNING;

import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.posthorn.mta.feedback.FeedbackRows.Kind;
import org.posthorn.mta.judge.Facts;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.send.TlsResults;
import org.posthorn.store.Store;
import org.posthorn.trust.dkim.DkimResult;
import org.posthorn.trust.dmarc.DmarcResult;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.TlsReport;
import org.posthorn.trust.spf.SpfResult;
import org.posthorn.trust.transport.TlsResult;

/// Counts what is to be reported. Any thread; counting never waits for the disk.
public final class Feedback implements TlsResults {
  /// What differs, between two writings. More is not counted: an attacker makes up domains.
  private static final int DISTINCT_MAX = 10_000;

  /// Rows of a day, about, of each kind: more are not written, the rarest first.
  static final int ROWS_OF_A_DAY = 100_000;

  private static final int CHECKS_MAX = 10;
  private static final System.Logger LOG = System.getLogger("posthorn.mta");
  private static final long DAY = Duration.ofDays(1).toSeconds();

  private final FeedbackRows rows;
  private final InstantSource clock;
  private final ReentrantLock lock = new ReentrantLock();
  private Map<Seen, Long> mail = new HashMap<>();
  private Map<Seen, Long> tls = new HashMap<>();
  private final Counters counters = new Counters();
  private final Map<Kind, Integer> written = new EnumMap<>(Kind.class); // on this day
  private final Set<Kind> full = EnumSet.noneOf(Kind.class); // on this day, and said so
  private long day;

  public Feedback(Store store, InstantSource clock) {
    this.rows = new FeedbackRows(store);
    this.clock = clock;
  }

  public Counters counters() {
    return counters;
  }

  FeedbackRows rows() {
    return rows;
  }

  /// Days since 1970.
  long today() {
    return clock.instant().getEpochSecond() / DAY;
  }

  /// A message was judged. What is to come again is counted when it does.
  public void judged(Facts facts, Verdict.Action action) {
    DmarcResult d = facts.dmarc();
    boolean counts =
        d != null
            && !d.policyDomain().isEmpty()
            && !d.domain().isEmpty()
            && action != Verdict.Action.DEFER
            && (d.code() == DmarcResult.Code.PASS || d.code() == DmarcResult.Code.FAIL);
    if (counts) {
      count(true, new Seen.Mail("", d.policyDomain(), row(facts, d, action)));
    }
  }

  private static AggregateReport.Row row(Facts facts, DmarcResult d, Verdict.Action action) {
    List<AggregateReport.Check> checks = new ArrayList<>();
    for (DkimResult k : facts.dkim()) {
      if (checks.size() < CHECKS_MAX && !k.domain().isEmpty()) {
        checks.add(new AggregateReport.Check("dkim", k.domain(), k.selector(), k.code().word()));
      }
    }
    SpfResult s = facts.spf();
    if (s != null && !s.domain().isEmpty()) {
      boolean helo = s.identity() == SpfResult.Identity.HELO;
      checks.add(
          new AggregateReport.Check("spf", s.domain(), helo ? "helo" : "mfrom", s.code().word()));
    }
    InetAddress from = facts.client().endpoint().remote().getAddress();
    boolean asked = d.asked() != DmarcResult.Policy.NONE;
    String disposition = disposition(d, action);
    boolean softened = asked && disposition.equals("none");
    var path = facts.sender().path();
    return new AggregateReport.Row(
        from.getHostAddress(),
        1,
        disposition,
        d.dkimAligned(),
        d.spfAligned(),
        softened ? "local_policy" : "",
        d.domain(),
        path.isNull() ? "" : path.address().domain(),
        checks);
  }

  /// What was done for DMARC's sake; what else a message met is not the domain's business.
  private static String disposition(DmarcResult d, Verdict.Action action) {
    if (d.code() == DmarcResult.Code.PASS) {
      return "pass";
    }
    boolean refused = action == Verdict.Action.REJECT;
    return switch (d.asked()) {
      case NONE -> "none";
      case QUARANTINE -> action == Verdict.Action.ACCEPT ? "none" : "quarantine";
      case REJECT -> refused ? "reject" : action == Verdict.Action.JUNK ? "quarantine" : "none";
    };
  }

  @Override
  public void heard(TlsResult r) {
    TlsReport.Failure failure =
        r.failure() == null
            ? null
            : new TlsReport.Failure(
                r.failure().word(),
                r.sendingIp(),
                r.mxHost(),
                r.mxHelo(),
                r.receivingIp(),
                1,
                r.reason());
    count(
        false,
        new Seen.Tls(
            "",
            r.recipientDomain(),
            r.policy().kind().word(),
            r.policy().domain(),
            r.policy().strings(),
            r.policy().mx(),
            failure));
  }

  private void count(boolean ofMail, Seen seen) {
    lock.lock();
    try {
      Map<Seen, Long> counts = ofMail ? mail : tls;
      if (counts.size() < DISTINCT_MAX || counts.containsKey(seen)) {
        counts.merge(seen, 1L, Long::sum);
      } else {
        counters.notCounted.increment();
      }
    } finally {
      lock.unlock();
    }
  }

  /// Writes what was counted. What cannot be written is lost, and said in the log.
  public void flush() {
    Map<Seen, Long> ofMail;
    Map<Seen, Long> ofTls;
    lock.lock();
    try {
      ofMail = mail;
      ofTls = tls;
      mail = new HashMap<>();
      tls = new HashMap<>();
    } finally {
      lock.unlock();
    }
    write(Kind.MAIL_HERE, ofMail);
    write(Kind.TLS_HERE, ofTls);
  }

  private void write(Kind kind, Map<Seen, Long> counts) {
    int room = take(kind, 1, counts.size());
    if (room == counts.size()) {
      rows.add(kind, today(), counts);
    } else if (room > 0) {
      Map<Seen, Long> most = new HashMap<>();
      counts.entrySet().stream()
          .sorted(Map.Entry.<Seen, Long>comparingByValue().reversed())
          .limit(room)
          .forEach(e -> most.put(e.getKey(), e.getValue()));
      rows.add(kind, today(), most);
    }
  }

  /// Takes room for rows of this day. What there is no room for is counted, and the log says it
  /// once a day.
  ///
  /// @param atLeast what fewer than these would be useless
  /// @return how many may be written, 0 or from `atLeast` to `most`
  int take(Kind kind, int atLeast, int most) {
    lock.lock();
    try {
      if (day != today()) {
        day = today();
        written.clear();
        full.clear();
      }
      int before = written.getOrDefault(kind, 0);
      int room = Math.min(most, ROWS_OF_A_DAY - before);
      int taken = room < atLeast ? 0 : room;
      written.put(kind, before + taken);
      counters.notCounted.add(most - taken);
      if (taken < most && full.add(kind)) {
        LOG.log(WARNING, "report-rows-too-many kind={0} max={1}", kind, ROWS_OF_A_DAY);
      }
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
