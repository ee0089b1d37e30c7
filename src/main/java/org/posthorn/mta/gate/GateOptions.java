package org.posthorn.mta.gate;

import java.time.Duration;
import java.util.List;
import org.posthorn.trust.list.ListSettings;

/// What strangers have to pass.
///
/// @param loopback hosts of this machine and of reserved networks are strangers, too
/// @param greetingDelay how long doubtful clients wait for the greeting, silent; zero for none
/// @param tarpit how long who misbehaves waits for each further answer; zero for none
/// @param lists of hosts and of domains
public record GateOptions(
    boolean loopback,
    Duration greetingDelay,
    Names names,
    Rates rates,
    int unknownRecipients,
    Duration tarpit,
    Greylisting greylisting,
    List<ListSettings> lists) {
  public static final GateOptions DEFAULT =
      new GateOptions(
          false,
          Duration.ofSeconds(2),
          new Names(Policy.REFUSE, Policy.REFUSE, Policy.DOUBT, Policy.DOUBT),
          new Rates(300, 600, 3000, 5),
          100,
          Duration.ofSeconds(5),
          new Greylisting(true, Duration.ofMinutes(5), Duration.ofDays(35)),
          List.of());

  public GateOptions {
    lists = List.copyOf(lists);
    if (greetingDelay.isNegative() || greetingDelay.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("greeting-delay is from 0s to 1m"); // RFC 5321 §4.5.3.2.1
    }
    if (tarpit.isNegative() || tarpit.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("tarpit is from 0s to 1m");
    }
    if (unknownRecipients < 0) {
      throw new IllegalArgumentException("unknown-recipients is negative");
    }
  }

  /// What clients call themselves and are called.
  ///
  /// @param ours our own name or address in EHLO
  /// @param invalid what cannot be a name in EHLO
  /// @param bare one word without a dot in EHLO
  /// @param noReverse the address has no name that leads back to it
  public record Names(Policy ours, Policy invalid, Policy bare, Policy noReverse) {}

  /// How much one host may do in a minute; 0 for as much as it likes.
  ///
  /// @param network so many times as much its network may do: /24 of IPv4, /48 of IPv6
  public record Rates(int connections, int messages, int recipients, int network) {
    public Rates {
      if (connections < 0 || messages < 0 || recipients < 0 || network < 1) {
        throw new IllegalArgumentException("rates are not negative, and the network's at least 1");
      }
    }
  }

  /// @param delay before which the doubtful come for nothing
  /// @param keep how long who has come again is let through, from its last message on
  public record Greylisting(boolean enabled, Duration delay, Duration keep) {
    public Greylisting {
      if (delay.isNegative() || delay.compareTo(Duration.ofHours(6)) > 0) {
        throw new IllegalArgumentException("greylist-delay is from 0s to 6h");
      }
      if (!keep.isPositive()) {
        throw new IllegalArgumentException("greylist-keep is no time");
      }
    }
  }

  public GateOptions withLoopback(boolean other) {
    return new GateOptions(
        other, greetingDelay, names, rates, unknownRecipients, tarpit, greylisting, lists);
  }
}
