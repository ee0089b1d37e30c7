package org.posthorn.app;

import java.util.HashMap;
import java.util.Map;
import org.posthorn.app.config.Config;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.queue.RetrySchedule;
import org.posthorn.mta.queue.SchedulerOptions;

/// What the configuration says of waiting mail.
final class QueueSettings {
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
}
