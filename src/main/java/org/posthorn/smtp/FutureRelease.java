package org.posthorn.smtp;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/// When a message is to leave (RFC 4865): its two parameters, of which a client gives one.
public final class FutureRelease {
  /// How long a message is held at most; announced by EHLO.
  public static final Duration HOLD_MAX = Duration.ofDays(30);

  /// RFC 4865 §3: future-release-integer.
  private static final int DIGITS_MAX = 9;

  private FutureRelease() {}

  /// The latest time announced to a client that says EHLO now.
  public static Instant latest(Instant now) {
    return now.plus(HOLD_MAX).truncatedTo(ChronoUnit.SECONDS);
  }

  /// HOLDFOR: seconds from now. Refuses what RFC 4865 §4.2 item 7 has refused.
  public static Instant holdFor(String value, Instant now) {
    boolean number = !value.isEmpty() && value.length() <= DIGITS_MAX && value.charAt(0) != '0';
    for (int i = 0; number && i < value.length(); i++) {
      number = value.charAt(i) >= '0' && value.charAt(i) <= '9';
    }
    if (!number) {
      throw refused("HOLDFOR is not a number of seconds");
    }
    Duration hold = Duration.ofSeconds(Long.parseLong(value));
    if (hold.compareTo(HOLD_MAX) > 0) {
      throw refused("HOLDFOR is more than " + HOLD_MAX.toSeconds() + " s");
    }
    return now.plus(hold);
  }

  /// HOLDUNTIL: a time in UTC (RFC 3339 §5.6, with `Z`).
  ///
  /// @param latest as announced
  public static Instant holdUntil(String value, Instant now, Instant latest) {
    Instant until;
    try {
      until = OffsetDateTime.parse(value).toInstant();
    } catch (DateTimeParseException e) {
      throw refused("HOLDUNTIL is not a time such as 2027-01-31T08:00:00Z");
    }
    if (!value.endsWith("Z")) {
      throw refused("HOLDUNTIL is not in UTC");
    }
    if (until.isBefore(now)) {
      throw refused("HOLDUNTIL is over");
    }
    if (until.isAfter(latest)) {
      throw refused("HOLDUNTIL is later than " + latest);
    }
    return until;
  }

  // RFC 4865 §4.2 items 10 and 11
  private static Refused refused(String text) {
    return new Refused(501, "5.5.4", text);
  }
}
