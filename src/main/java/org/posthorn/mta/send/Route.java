package org.posthorn.mta.send;

import java.util.List;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Login;
import org.posthorn.smtp.client.TlsUse;

/// The way of a message to its next host.
public sealed interface Route {

  /// @param domain of the recipients, or the name of the smarthost: for people
  /// @param smarthost we were told to use this host, rather than that it is the domain's own
  /// @param hops in the order of trying, never empty; one host may be there several times with
  ///   different addresses
  /// @param login null: none
  record Hosts(String domain, boolean smarthost, List<Hop> hops, Login login) implements Route {
    public Hosts {
      hops = List.copyOf(hops);
      if (hops.isEmpty()) {
        throw new IllegalArgumentException("a route without a host");
      }
    }

    /// Hosts for which nobody has published a policy.
    public static Hosts of(
        String domain, boolean smarthost, List<Endpoint> endpoints, TlsUse tls, Login login) {
      List<Hop> hops = endpoints.stream().map(e -> Hop.of(e, tls)).toList();
      return new Hosts(domain, smarthost, hops, login);
    }

    public List<Endpoint> endpoints() {
      return hops.stream().map(Hop::endpoint).toList();
    }
  }

  /// There is none, for now or for ever.
  ///
  /// @param outcome deferred or failed
  record Ended(Outcome outcome) implements Route {}
}
