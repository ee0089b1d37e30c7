package org.posthorn.mta.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.MailOptions;

/// When mail that could not be delivered is tried again, and when it is given up.
///
/// @param delays after the first try, the second, …; the last one repeats
/// @param expire how long a message is tried, from its arrival or its release
/// @param delayNotice after how long the sender is told that it takes longer
public record RetrySchedule(List<Duration> delays, Duration expire, Duration delayNotice) {
  /// Half an hour of tries for greylisting and restarts, then every few hours for four days (RFC
  /// 5321 §4.5.4.1).
  public static final RetrySchedule DEFAULT =
      new RetrySchedule(
          List.of(
              Duration.ofMinutes(5),
              Duration.ofMinutes(10),
              Duration.ofMinutes(20),
              Duration.ofMinutes(40),
              Duration.ofMinutes(60),
              Duration.ofHours(2),
              Duration.ofHours(4)),
          Duration.ofDays(4),
          Duration.ofHours(4));

  /// Of each delay so much is left to chance, so that what failed together is not tried together.
  private static final double CHANCE = 0.1;

  /// And of the one that repeats.
  private static final double LAST_CHANCE = 0.5;

  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  public RetrySchedule {
    delays = List.copyOf(delays);
    if (delays.isEmpty() || delays.stream().anyMatch(d -> d.toSeconds() < 1)) {
      throw new IllegalArgumentException("retry delays " + delays);
    }
    if (expire.isNegative() || expire.isZero()) {
      throw new IllegalArgumentException("expire " + expire);
    }
  }

  /// How long to wait behind a try; the same for the same arguments. Never longer than what is
  /// configured.
  ///
  /// @param tries so far, that one among them
  public Duration after(QueueId id, int tries) {
    int i = Math.min(Math.max(tries, 1), delays.size()) - 1;
    double chance = i == delays.size() - 1 && i > 0 ? LAST_CHANCE : CHANCE;
    long mixed = (id.value() * 31 + tries) * GOLDEN;
    double fraction = (mixed >>> 11) * 0x1.0p-53;
    return Duration.ofMillis((long) (delays.get(i).toMillis() * (1 - chance * fraction)));
  }

  /// When a message is given up: by DELIVERBY at its time (RFC 2852 §4), if that says so.
  public Instant expires(Instant arrived, MailOptions options) {
    Instant hold = options.holdUntil();
    Instant from = hold != null && hold.isAfter(arrived) ? hold : arrived;
    Instant usual = from.plus(expire);
    DeliverBy by = options.by();
    if (by == null || by.mode() != DeliverBy.Mode.RETURN) {
      return usual;
    }
    Instant asked = arrived.plusSeconds(by.seconds());
    return asked.isBefore(usual) ? asked : usual;
  }

  /// When the sender is to be told that a message takes longer (RFC 2852 §4.1 for DELIVERBY).
  public Instant tellsOfDelay(QueuedMessage message) {
    MailOptions options = message.sender().options();
    DeliverBy by = options.by();
    if (by != null && by.mode() == DeliverBy.Mode.NOTIFY) {
      return message.arrived().plusSeconds(by.seconds());
    }
    Instant hold = options.holdUntil();
    boolean held = hold != null && hold.isAfter(message.arrived());
    return (held ? hold : message.arrived()).plus(delayNotice);
  }
}
