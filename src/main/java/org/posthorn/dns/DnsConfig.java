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
/// @param validation by which answers are validated; null validates none
public record DnsConfig(
    List<InetSocketAddress> servers, Duration patience, Duration total, Validation validation) {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration TOTAL = Duration.ofSeconds(20);

  public DnsConfig {
    servers = List.copyOf(servers);
    if (!patience.isPositive() || !total.isPositive()) {
      throw new IllegalArgumentException("no time to wait");
    }
  }

  /// What is believed.
  ///
  /// @param anchors where chains of signatures begin
  /// @param unsigned names at and below which nothing is validated (RFC 7646); those of private
  ///   networks are among them in any case
  public record Validation(TrustAnchors anchors, List<String> unsigned) {
    public Validation {
      unsigned = List.copyOf(unsigned);
    }
  }

  /// Whether a text can be a domain name.
  public static boolean isName(String text) {
    return Names.wire(text) != null;
  }

  /// Validating nothing.
  public DnsConfig(List<InetSocketAddress> servers, Duration patience, Duration total) {
    this(servers, patience, total, null);
  }

  /// With the usual times, validating nothing.
  public static DnsConfig of(List<InetSocketAddress> servers) {
    return of(servers, null);
  }

  /// With the usual times.
  public static DnsConfig of(List<InetSocketAddress> servers, Validation validation) {
    return new DnsConfig(servers, PATIENCE, TOTAL, validation);
  }
}
