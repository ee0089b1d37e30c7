package org.posthorn.dns;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// Whom to ask, and how long to wait.
///
/// @param servers resolvers that do the whole search (recursive ones), asked in this order; none
///   takes the machine's own
/// @param patience for the first answer of each server; twice as long in the second round, and so
///   on
/// @param total for everything that one call does
public record DnsConfig(List<InetSocketAddress> servers, Duration patience, Duration total) {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration TOTAL = Duration.ofSeconds(20);

  public DnsConfig {
    servers = List.copyOf(servers);
    if (!patience.isPositive() || !total.isPositive()) {
      throw new IllegalArgumentException("no time to wait");
    }
  }

  /// With the usual times.
  public static DnsConfig of(List<InetSocketAddress> servers) {
    return new DnsConfig(servers, PATIENCE, TOTAL);
  }
}
