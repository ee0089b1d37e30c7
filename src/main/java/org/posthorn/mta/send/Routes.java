package org.posthorn.mta.send;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.posthorn.dns.Answer;
import org.posthorn.dns.Mx;
import org.posthorn.dns.Resolver;
import org.posthorn.dns.Security;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.net.Addresses;
import org.posthorn.net.ReservedNetworks;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.TlsUse;

/// Finds out which hosts take mail of a destination (RFC 5321 §5). Any thread; waits for the
/// resolver.
///
/// - MX by preference, in random order among equals; where there is none, the domain itself.
/// - No mail to ourselves: where we are in the list, we, our equals and all behind us are dropped.
/// - An address that is nobody's business outside is passed over, unless the configuration allows
///   it or names the host itself.
/// - What the name servers did not tell is a reason to wait, never to give up.
public final class Routes {
  /// Hosts of one domain that are looked up.
  private static final int HOSTS_MAX = 10;

  /// Addresses of one host, and of all, that are tried.
  private static final int ADDRESSES_OF_HOST_MAX = 4;

  private static final int ENDPOINTS_MAX = 8;

  /// Stands for the world outside: a name server of the root (a.root-servers.net).
  private static final InetAddress OUTSIDE = InetAddress.ofLiteral("2001:503:ba3e::2:30");

  private final OutboundConfig config;
  private final Resolver resolver;
  private final Guards guards;
  private final Ipv6Standing standing;
  private final UnaryOperator<InetAddress> sourceTowards;
  private final RandomGenerator random;

  /// @param guards say which TLS is needed
  /// @param sourceTowards from which address this machine speaks to another; null: from none
  /// @param random safe for threads
  public Routes(
      OutboundConfig config,
      Resolver resolver,
      Guards guards,
      Ticker ticker,
      UnaryOperator<InetAddress> sourceTowards,
      RandomGenerator random) {
    this.config = config;
    this.resolver = resolver;
    this.guards = guards;
    this.standing = new Ipv6Standing(resolver, ticker);
    this.sourceTowards = sourceTowards;
    this.random = random;
  }

  /// The way of mail from a sender's domain to one recipient's.
  ///
  /// @param senderDomain "" for the null sender
  /// @param to not [Destination.Local]
  public Route find(Destination to, String senderDomain, String recipientDomain) {
    if (!config.enabled()) {
      return new Route.Ended(Trouble.switchedOff(recipientDomain));
    }
    return switch (to) {
      case Destination.Local _ -> throw new IllegalArgumentException("not to another server");
      case Destination.Host h -> chosen(h, senderDomain, recipientDomain);
      case Destination.Domain d -> {
        Smarthost s = config.smarthost(senderDomain, recipientDomain);
        yield s == null ? direct(d.domain(), senderDomain) : via(s, senderDomain);
      }
    };
  }

  /// Where mail is to be scheduled: at the smarthost that takes it, for its limits are those that
  /// count, otherwise at its domain.
  ///
  /// @param senderDomain "" for the null sender
  public Destination destination(String senderDomain, String recipientDomain) {
    Smarthost s = config.smarthost(senderDomain, recipientDomain);
    return s == null
        ? new Destination.Domain(recipientDomain)
        : new Destination.Host(s.host(), s.port());
  }

  /// A host that was named. Where it is a smarthost, we log in as its rules say.
  private Route chosen(Destination.Host to, String sender, String recipient) {
    String host = OutboundConfig.normalHost(to.host());
    if (host == null) {
      return new Route.Ended(Trouble.noSmarthost(to.host(), "that is no name of a host"));
    }
    Smarthost best = null;
    for (Smarthost s : config.smarthosts()) {
      boolean same = s.host().equals(host) && s.port() == to.port();
      if (same && s.fits(sender, recipient)) {
        return via(s, sender);
      }
      best = best == null && same ? s : best;
    }
    return best != null
        ? via(best, sender)
        : via(
            new Smarthost(
                DomainPattern.ALL, DomainPattern.ALL, host, to.port(), TlsUse.IF_OFFERED, null),
            sender);
  }

  private Route via(Smarthost s, String sender) {
    var search = new Search(sender, s.port(), true);
    if (config.isOwnName(s.host(), s.port()) || search.look(s.host()) == Look.OURSELVES) {
      return new Route.Ended(Trouble.noSmarthost(s.host(), "it is this server itself"));
    }
    if (search.found.isEmpty()) {
      String why = search.onlyIpv6 ? "it has only IPv6 addresses" : "it has no address";
      why = search.trouble == null ? why : search.trouble;
      return new Route.Ended(Trouble.noSmarthost(s.host(), why));
    }
    // What was chosen here goes before what its owner publishes, if it is stricter or forbids TLS.
    boolean settled = s.tls() == TlsUse.NEVER || s.tls().verified();
    boolean plain = settled || Addresses.parse(s.host()) != null;
    List<Hop> hops =
        plain
            ? search.found.stream().map(e -> Hop.of(e, s.tls())).toList()
            : search.guarded(new Guards.Domain(s.host(), s.host(), Security.SECURE, s.tls()));
    return new Route.Hosts(s.host(), true, hops, s.login());
  }

  private Route direct(String domain, String sender) {
    if (domain.startsWith("[")) {
      return literal(domain, sender);
    }
    return switch (resolver.mx(domain)) {
      case Answer.Failed<Mx> f -> new Route.Ended(Trouble.notFound(domain, f.text()));
      case Answer.Absent<Mx> a when !a.nameExists() ->
          new Route.Ended(Trouble.noSuchDomain(domain));
      // Who has no MX is its own host, and that is certain.
      case Answer.Absent<Mx> _ ->
          along(own(domain, Security.SECURE, domain), List.of(new Mx(0, domain)), sender);
      case Answer.Found<Mx> f -> {
        List<Mx> hosts = f.records().stream().filter(mx -> !mx.host().isEmpty()).toList();
        yield hosts.isEmpty()
            ? new Route.Ended(Trouble.takesNoMail(domain)) // RFC 7505 §3
            : along(own(domain, f.security(), f.name()), hosts, sender);
      }
    };
  }

  private Guards.Domain own(String domain, Security hosts, String expanded) {
    TlsUse least = config.requiresTls(domain) ? TlsUse.REQUIRED : TlsUse.IF_OFFERED;
    return new Guards.Domain(domain, expanded, hosts, least);
  }

  private Route literal(String domain, String sender) {
    String inside = domain.substring(1, domain.length() - 1);
    InetAddress address =
        Addresses.parse(inside.startsWith("ipv6:") ? inside.substring("ipv6:".length()) : inside);
    if (address == null) {
      return new Route.Ended(Trouble.noSuchDomain(domain));
    }
    var search = new Search(sender, config.port(), false);
    if (search.add(address.getHostAddress(), List.of(address)) == Look.OURSELVES) {
      return new Route.Ended(Trouble.toOurselves(domain));
    }
    if (search.found.isEmpty()) {
      return new Route.Ended(search.without(domain));
    }
    // Nobody publishes policies for addresses (RFC 7672 §2.2, RFC 8461 §3.4).
    TlsUse least = own(domain, Security.SECURE, domain).least();
    return Route.Hosts.of(domain, false, search.found, least, null);
  }

  /// RFC 5321 §5.1.
  private Route along(Guards.Domain domain, List<Mx> all, String sender) {
    List<Mx> hosts = new ArrayList<>(all);
    Collections.shuffle(hosts, random);
    hosts.sort(Comparator.comparingInt(Mx::preference));
    int limit = Integer.MAX_VALUE;
    for (Mx mx : hosts) {
      if (config.isOwnName(mx.host(), config.port())) {
        limit = Math.min(limit, mx.preference());
      }
    }
    var search = new Search(sender, config.port(), false);
    search.ourselves = limit < Integer.MAX_VALUE;
    int looked = 0;
    int equals = 0; // where those with this preference begin in what was found
    int preference = -1;
    for (Mx mx : hosts) {
      if (mx.preference() >= limit || looked++ >= HOSTS_MAX) {
        break;
      }
      if (mx.preference() != preference) {
        if (search.found.size() >= ENDPOINTS_MAX) {
          break;
        }
        preference = mx.preference();
        equals = search.found.size();
      }
      if (search.look(mx.host()) == Look.OURSELVES) {
        search.ourselves = true;
        search.found.subList(equals, search.found.size()).clear();
        break;
      }
    }
    return search.end(domain);
  }

  private enum Look {
    ELSEWHERE,
    OURSELVES
  }

  /// What was found so far on the way to one domain or host.
  private final class Search {
    private final Sources sources;
    private final int port;
    private final boolean named; // by the configuration or an administrator, who may name any host
    private final List<Endpoint> found = new ArrayList<>();
    private final Map<String, Guards.Host> hosts = new HashMap<>();
    private boolean ourselves;
    private boolean reserved;
    private boolean onlyIpv6;
    private String trouble; // what name servers did not tell, or null

    Search(String sender, int port, boolean named) {
      this.sources = config.sources(sender);
      this.port = port;
      this.named = named;
    }

    /// Adds the addresses of a host, or tells that it is this server.
    Look look(String host) {
      InetAddress literal = named ? Addresses.parse(host) : null;
      if (literal != null) {
        return add(host, List.of(literal));
      }
      if (host.equals("localhost") || host.endsWith(".localhost")) {
        return add(host, List.of(InetAddress.getLoopbackAddress())); // RFC 6761 §6.3
      }
      hosts.put(host, new Guards.Host(host, host, Security.SECURE, port)); // until one says more
      List<InetAddress> four = addresses(host, resolver.ipv4(host));
      boolean wanted = config.ipv6() != OutboundConfig.Ipv6.NEVER || four.isEmpty();
      List<InetAddress> six = wanted ? addresses(host, resolver.ipv6(host)) : List.of();
      return add(host, alternating(four, six));
    }

    private <T extends InetAddress> List<InetAddress> addresses(String host, Answer<T> answer) {
      return switch (answer) {
        case Answer.Found<T> f -> {
          boolean sure =
              f.security() == Security.SECURE && hosts.get(host).addresses() == Security.SECURE;
          Security both = sure ? Security.SECURE : Security.INSECURE;
          hosts.put(host, new Guards.Host(host, f.name(), both, port));
          yield List.copyOf(f.records());
        }
        case Answer.Absent<T> _ -> List.of();
        case Answer.Failed<T> f -> {
          trouble = f.text();
          yield List.of();
        }
      };
    }

    Look add(String host, List<InetAddress> addresses) {
      List<Endpoint> usable = new ArrayList<>();
      for (InetAddress a : addresses) {
        if (config.isOwnDoor(a, port)) {
          return Look.OURSELVES;
        }
        if (usable(a)) {
          usable.add(new Endpoint(host, a, port, source(a)));
        }
      }
      found.addAll(usable.subList(0, Math.min(usable.size(), ADDRESSES_OF_HOST_MAX)));
      return Look.ELSEWHERE;
    }

    /// Loopback is reached from loopback alone.
    private InetAddress source(InetAddress target) {
      InetAddress from = sources.towards(target);
      boolean outside = from != null && !from.isLoopbackAddress();
      return outside && target.isLoopbackAddress() ? null : from;
    }

    private boolean usable(InetAddress a) {
      boolean inside = ReservedNetworks.contains(a);
      if (inside && !named && !config.allowPrivate()) {
        reserved = true;
        return false;
      }
      if (!(a instanceof Inet6Address)) {
        return true;
      }
      return switch (config.ipv6()) {
        case ALWAYS -> true;
        case NEVER -> {
          onlyIpv6 = true;
          yield false;
        }
        case AUTO -> inside || named || standing();
      };
    }

    private boolean standing() {
      InetAddress source = sources.ipv6() != null ? sources.ipv6() : sourceTowards.apply(OUTSIDE);
      if (source instanceof Inet6Address six) {
        switch (standing.of(six)) {
          case CONFIRMED -> {
            return true;
          }
          case NAMELESS -> {}
          case UNKNOWN -> trouble = "whether mail may go there over IPv6 could not be found out";
        }
      }
      onlyIpv6 = true;
      return false;
    }

    Route end(Guards.Domain domain) {
      return found.isEmpty()
          ? new Route.Ended(without(domain.name()))
          : new Route.Hosts(domain.name(), false, guarded(domain), null);
    }

    List<Hop> guarded(Guards.Domain domain) {
      Guards.Judge judge = guards.of(domain);
      Map<String, Guard> known = new HashMap<>(); // one host may have many addresses
      List<Hop> hops = new ArrayList<>();
      for (Endpoint e : found.subList(0, Math.min(found.size(), ENDPOINTS_MAX))) {
        Guards.Host host =
            hosts.getOrDefault(
                e.name(), new Guards.Host(e.name(), e.name(), Security.INSECURE, port));
        hops.add(new Hop(e, known.computeIfAbsent(e.name(), name -> judge.guard(host))));
      }
      return hops;
    }

    private Outcome without(String domain) {
      if (trouble != null) {
        return Trouble.notFound(domain, trouble);
      }
      if (ourselves) {
        return Trouble.toOurselves(domain);
      }
      if (reserved) {
        return Trouble.noRoute(domain);
      }
      return onlyIpv6 ? Trouble.onlyIpv6(domain) : Trouble.noServer(domain);
    }
  }

  /// IPv4 first: there is hardly a mail server without it, and its addresses have a reputation.
  private static List<InetAddress> alternating(List<InetAddress> four, List<InetAddress> six) {
    List<InetAddress> all = new ArrayList<>();
    for (int i = 0; i < Math.max(four.size(), six.size()); i++) {
      if (i < four.size()) {
        all.add(four.get(i));
      }
      if (i < six.size()) {
        all.add(six.get(i));
      }
    }
    return all;
  }
}
