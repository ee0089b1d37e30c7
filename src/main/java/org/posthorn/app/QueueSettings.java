package org.posthorn.app;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import org.posthorn.app.config.Config;
import org.posthorn.directory.Directory;
import org.posthorn.directory.Resolution;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Notices;
import org.posthorn.mta.queue.RetrySchedule;
import org.posthorn.mta.queue.SchedulerOptions;
import org.posthorn.mta.report.SenderNotices;

/// What the configuration says of waiting mail.
public final class QueueSettings {
  /// Deliveries to slow destinations, for each of the others.
  private static final int SLOW = 10;

  private QueueSettings() {}

  static RetrySchedule schedule(Config.Queue queue) {
    try {
      return new RetrySchedule(queue.retry(), queue.expire(), queue.delayNotice());
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("queue: " + e.getMessage());
    }
  }

  static SchedulerOptions options(Config.Queue queue) {
    Map<String, Integer> rates = new HashMap<>();
    for (Config.Rate rate : queue.rate()) {
      String domain = EmailAddress.normalDomain(rate.domain());
      if (domain == null) {
        throw new CommandFailed("queue.rate.domain: " + rate.domain() + " is no domain");
      }
      rates.put(domain, rate.perMinute());
    }
    int all = queue.concurrency();
    try {
      return new SchedulerOptions(all, SLOW * all, queue.perDomain(), rates);
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("queue: " + e.getMessage());
    }
  }

  /// Tells senders what becomes of their mail, in the name of the postmaster of the default domain.
  public static Notices notices(Core core, Config config) {
    String hostname = MachineName.of(config);
    EmailAddress postmaster = EmailAddress.of("postmaster", config.defaultDomain(hostname));
    return new SenderNotices(
        hostname,
        postmaster == null ? EmailAddress.of("postmaster", hostname) : postmaster,
        core.store(),
        address -> route(core.directory(), address),
        new SecureRandom());
  }

  private static Destination route(Directory directory, EmailAddress address) {
    return switch (directory.resolve(address)) {
      case Resolution.NotOurs _ -> new Destination.Domain(address.domain());
      case Resolution.BackupFor b -> new Destination.Domain(b.domain());
      case Resolution.Found _,
          Resolution.Forwarded _,
          Resolution.Moved _,
          Resolution.Tangled _,
          Resolution.NoSuchUser _ ->
          new Destination.Local();
    };
  }
}
