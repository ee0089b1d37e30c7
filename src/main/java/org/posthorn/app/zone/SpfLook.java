package org.posthorn.app.zone;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Resolver;
import org.posthorn.mime.EmailAddress;
import org.posthorn.trust.spf.Spf;
import org.posthorn.trust.spf.SpfResult;

/// Asks whether the SPF record of a domain lets this server send.
public final class SpfLook {
  private final Resolver resolver;
  private final Site site;
  private final Spf spf;

  public SpfLook(Resolver resolver, Site site, Spf spf) {
    this.resolver = resolver;
    this.site = site;
    this.spf = spf;
  }

  /// From each of its addresses. Where other servers send for us, only their owner knows: it does.
  ///
  /// @param domain of senders, or the server's own name
  public boolean lets(String domain) {
    EmailAddress sender = EmailAddress.of("postmaster", domain);
    List<InetAddress> addresses = addresses();
    return site.smarthosts()
        || !addresses.isEmpty()
            && sender != null
            && addresses.stream().allMatch(a -> lets(a, sender));
  }

  private boolean lets(InetAddress from, EmailAddress sender) {
    return spf.check(from, site.hostname(), sender).code() == SpfResult.Code.PASS;
  }

  /// Those known here, else those in the DNS.
  private List<InetAddress> addresses() {
    List<InetAddress> all = new ArrayList<>(site.addresses());
    if (all.isEmpty()) {
      if (resolver.ipv4(site.hostname()) instanceof Answer.Found<Inet4Address> f) {
        all.addAll(f.records());
      }
      if (resolver.ipv6(site.hostname()) instanceof Answer.Found<Inet6Address> f) {
        all.addAll(f.records());
      }
    }
    return all;
  }
}
