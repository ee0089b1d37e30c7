package org.posthorn.mta.queue;

import java.util.Map;

/// How much is sent at once.
///
/// @param concurrency deliveries under way, not counting those to slow destinations
/// @param slow deliveries under way to slow destinations
/// @param perDestination deliveries under way to one destination, at most
/// @param rates messages a minute, by domain or host; others have no limit
public record SchedulerOptions(
    int concurrency, int slow, int perDestination, Map<String, Integer> rates) {
  public static final SchedulerOptions DEFAULT = new SchedulerOptions(100, 1000, 20, Map.of());

  public SchedulerOptions {
    rates = Map.copyOf(rates);
    boolean positive = concurrency > 0 && slow > 0 && perDestination > 0;
    if (!positive || rates.values().stream().anyMatch(r -> r < 1)) {
      throw new IllegalArgumentException("limits of sending below 1");
    }
  }

  /// Messages a minute to a destination; 0: no limit.
  int rate(Destination destination) {
    return switch (destination) {
      case Destination.Local _ -> 0;
      case Destination.Domain d -> rates.getOrDefault(d.domain(), 0);
      case Destination.Host h -> rates.getOrDefault(h.host(), 0);
    };
  }
}
