package org.posthorn.app.zone;

import java.time.InstantSource;
import org.posthorn.dns.DnsConfig;
import org.posthorn.dns.DnsResolver;
import org.posthorn.dns.Resolver;
import org.posthorn.net.Ticker;
import org.posthorn.trust.spf.Spf;

/// What the DNS says now: nothing is remembered of what it said before, for somebody may just have
/// changed it.
public final class World {
  private final Resolver resolver;
  private final Spf spf;

  /// @param hostname of this server
  public World(DnsConfig config, String hostname) {
    InstantSource clock = InstantSource.system();
    this.resolver = new DnsResolver(config, Ticker.SYSTEM::nanos, clock);
    this.spf = new Spf(resolver, hostname, clock, Ticker.SYSTEM::nanos);
  }

  public Resolver resolver() {
    return resolver;
  }

  /// Asks the same name servers.
  public Spf spf() {
    return spf;
  }
}
