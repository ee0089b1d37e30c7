package org.posthorn.trust;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.trust.ReverseName.Code;

/// Looks for names of hosts that lead back to them (iprev, RFC 8601 §3). Any thread.
public final class ReverseLookup {
  /// As many as SPF looks at (RFC 7208 §4.6.4).
  private static final int NAMES_MAX = 10;

  /// Behind it, no further question is asked.
  private static final Duration TIME_MAX = Duration.ofSeconds(20);

  private final Resolver dns;
  private final LongSupplier nanos;

  /// @param nanos monotonic, from an arbitrary origin
  public ReverseLookup(Resolver dns, LongSupplier nanos) {
    this.dns = dns;
    this.nanos = nanos;
  }

  public ReverseName check(InetAddress address) {
    InetAddress ip = IpText.plain(address);
    long start = nanos.getAsLong();
    return switch (dns.names(ip)) {
      case Answer.Found<String> found -> leadingBack(ip, found.records(), start);
      case Answer.Absent<String> _ ->
          new ReverseName(Code.PERMERROR, "", IpText.of(ip) + " has no name");
      case Answer.Failed<String> failed -> new ReverseName(Code.TEMPERROR, "", failed.text());
    };
  }

  private ReverseName leadingBack(InetAddress ip, List<String> names, long start) {
    String trouble = null;
    for (String each : names.subList(0, Math.min(names.size(), NAMES_MAX))) {
      if (nanos.getAsLong() - start > TIME_MAX.toNanos()) {
        return new ReverseName(Code.TEMPERROR, "", "the DNS took too long");
      }
      String name = each.toLowerCase(Locale.ROOT);
      switch (ip instanceof Inet4Address ? dns.ipv4(name) : dns.ipv6(name)) {
        case Answer.Found<? extends InetAddress> found -> {
          if (found.records().contains(ip)) {
            return new ReverseName(Code.PASS, name, name + " leads back");
          }
        }
        case Answer.Absent<?> _ -> {}
        case Answer.Failed<?> failed -> trouble = name + ": " + failed.text();
      }
    }
    String said = names.getFirst().toLowerCase(Locale.ROOT);
    return trouble != null
        ? new ReverseName(Code.TEMPERROR, "", trouble)
        : new ReverseName(Code.FAIL, "", "no name leads back, as " + said);
  }
}
