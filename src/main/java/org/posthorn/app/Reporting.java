package org.posthorn.app;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.Reports;
import org.posthorn.dns.Resolver;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.Mta;
import org.posthorn.mta.feedback.Arrivals;
import org.posthorn.mta.feedback.Counters;
import org.posthorn.mta.feedback.Feedback;
import org.posthorn.mta.feedback.ReportSender;

/// Reports, wired: counts are written once a minute, and what is due is sent once an hour, most of
/// it when a day has ended (UTC).
final class Reporting implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final int PERIODS_OF_SENDING = 60;

  /// What is being sent at a stop has so long: a few questions to the DNS, and one commit.
  private static final Duration FINISH = Duration.ofSeconds(10);

  private static final System.Logger LOG = System.getLogger("posthorn.app");

  private final Feedback feedback;
  private final ReportSender sender;
  private final InstantSource clock = InstantSource.system();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofVirtual().name("reports").unstarted(this::run);

  private Reporting(Feedback feedback, ReportSender sender) {
    this.feedback = feedback;
    this.sender = sender;
  }

  /// @throws CommandFailed if the configuration has no address to send from
  static Reporting start(Config config, String hostname, Core core, Mta mta, Resolver resolver) {
    Reports reports = config.reports();
    var feedback = new Feedback(core.store(), InstantSource.system());
    Set<String> mailboxes = new HashSet<>();
    reports.mailboxes().forEach(m -> mailboxes.add(m.toLowerCase(Locale.ROOT)));
    var arrivals = new Arrivals(feedback, mailboxes, core.directory()::isOurs);
    ReportSender sender = null;
    if (reports.send()) {
      sender =
          new ReportSender(
              feedback, resolver, mta.direct()::submit, hostname, from(config, hostname));
    }
    mta.reportBy(reports.send() ? feedback : null, arrivals);
    var reporting = new Reporting(feedback, sender);
    reporting.thread.start();
    return reporting;
  }

  private static EmailAddress from(Config config, String hostname) {
    String text = config.reports().from();
    if (!text.isEmpty()) {
      EmailAddress named = EmailAddress.parse(text);
      if (named == null) {
        throw new CommandFailed("reports.from: " + text + " is no address");
      }
      return named;
    }
    EmailAddress postmaster = EmailAddress.of("postmaster", config.defaultDomain(hostname));
    return postmaster == null ? EmailAddress.of("postmaster", hostname) : postmaster;
  }

  private void run() {
    for (int i = 1; !isClosing(); i++) {
      try {
        feedback.flush();
        if (sender != null && i % PERIODS_OF_SENDING == 0) {
          sender.run(clock.instant());
        }
      } catch (RuntimeException e) {
        LOG.log(WARNING, "reports-failed reason={0}", e.toString());
      }
    }
  }

  /// Waits for the next time.
  private boolean isClosing() {
    try {
      return closing.await(PERIOD.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      return true;
    }
  }

  Counters counters() {
    return feedback.counters();
  }

  /// Returns when what was being sent is sent, or would take too long, and what was counted is
  /// written.
  @Override
  public void close() {
    closing.countDown();
    if (sender != null) {
      sender.stop();
    }
    try {
      if (!thread.join(FINISH)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    feedback.flush();
  }
}
