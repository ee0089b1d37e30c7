package org.posthorn.app.zone;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;

/// Asks whether the SPF record of a domain lets this server send.
public final class SpfLook {
  private final Resolver resolver;
  private final Site site;

  public SpfLook(Resolver resolver, Site site) {
    this.resolver = resolver;
    this.site = site;
  }

  /// Where others send for us, only their owner knows: it does.
  public boolean lets(String domain) {
    return site.smarthosts();
  }

  /// Those known here, else those of the hostname.
  List<InetAddress> addresses() {
    List<InetAddress> all = new ArrayList<>(site.addresses());
    if (all.isEmpty() && resolver.ipv4(site.hostname()) instanceof Answer.Found<?> f) {
      f.records().forEach(a -> all.add((InetAddress) a));
    }
    return all;
  }
}
