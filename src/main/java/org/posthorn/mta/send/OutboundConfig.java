package org.posthorn.mta.send;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.posthorn.mime.EmailAddress;
import org.posthorn.net.Addresses;

/// How mail goes to other servers.
///
/// @param enabled false: it stays in the queue
/// @param hostname our name in EHLO
/// @param port where mail servers of domains listen: 25
/// @param allowPrivate also to addresses that are no business of the Internet
/// @param sources the first that fits the sender has it
/// @param smarthosts the first that fits sender and recipient has it; none: the domain's own
///   servers
/// @param requireTls domains whose servers must speak TLS
/// @param ownNames by which other servers may know this one, A-labels in lower case
/// @param ownDoors where this server takes mail, each address for itself
public record OutboundConfig(
    boolean enabled,
    String hostname,
    int port,
    Ipv6 ipv6,
    boolean allowPrivate,
    List<Sources> sources,
    List<Smarthost> smarthosts,
    List<DomainPattern> requireTls,
    Set<String> ownNames,
    Set<InetSocketAddress> ownDoors) {
  /// Where mail servers listen (RFC 5321 §4.5.4.2).
  public static final int SMTP = 25;

  /// When mail goes over IPv6.
  public enum Ipv6 {
    /// When our address has a name that leads back to it. Large providers refuse mail otherwise.
    AUTO,
    ALWAYS,
    NEVER
  }

  public OutboundConfig {
    sources = List.copyOf(sources);
    smarthosts = List.copyOf(smarthosts);
    requireTls = List.copyOf(requireTls);
    ownNames = Set.copyOf(ownNames);
    ownDoors = Set.copyOf(ownDoors);
  }

  /// Directly to the servers of each domain.
  public static OutboundConfig direct(String hostname) {
    return new OutboundConfig(
        true,
        hostname,
        SMTP,
        Ipv6.AUTO,
        false,
        List.of(),
        List.of(),
        List.of(),
        Set.of(hostname),
        Set.of());
  }

  public OutboundConfig withPort(int other) {
    return new OutboundConfig(
        enabled,
        hostname,
        other,
        ipv6,
        allowPrivate,
        sources,
        smarthosts,
        requireTls,
        ownNames,
        ownDoors);
  }

  public OutboundConfig withEnabled(boolean other) {
    return new OutboundConfig(
        other,
        hostname,
        port,
        ipv6,
        allowPrivate,
        sources,
        smarthosts,
        requireTls,
        ownNames,
        ownDoors);
  }

  public OutboundConfig withIpv6(Ipv6 other) {
    return new OutboundConfig(
        enabled,
        hostname,
        port,
        other,
        allowPrivate,
        sources,
        smarthosts,
        requireTls,
        ownNames,
        ownDoors);
  }

  public OutboundConfig withAllowPrivate(boolean other) {
    return new OutboundConfig(
        enabled, hostname, port, ipv6, other, sources, smarthosts, requireTls, ownNames, ownDoors);
  }

  public OutboundConfig withSources(List<Sources> other) {
    return new OutboundConfig(
        enabled,
        hostname,
        port,
        ipv6,
        allowPrivate,
        other,
        smarthosts,
        requireTls,
        ownNames,
        ownDoors);
  }

  public OutboundConfig withSmarthosts(List<Smarthost> other) {
    return new OutboundConfig(
        enabled,
        hostname,
        port,
        ipv6,
        allowPrivate,
        sources,
        other,
        requireTls,
        ownNames,
        ownDoors);
  }

  public OutboundConfig withRequireTls(List<DomainPattern> other) {
    return new OutboundConfig(
        enabled,
        hostname,
        port,
        ipv6,
        allowPrivate,
        sources,
        smarthosts,
        other,
        ownNames,
        ownDoors);
  }

  public OutboundConfig withOwn(Set<String> names, Set<InetSocketAddress> doors) {
    return new OutboundConfig(
        enabled, hostname, port, ipv6, allowPrivate, sources, smarthosts, requireTls, names, doors);
  }

  Sources sources(String senderDomain) {
    for (Sources s : sources) {
      if (s.sender().fits(senderDomain)) {
        return s;
      }
    }
    return Sources.KERNEL;
  }

  /// Null if mail goes to the domain's own servers.
  Smarthost smarthost(String senderDomain, String recipientDomain) {
    for (Smarthost s : smarthosts) {
      if (s.fits(senderDomain, recipientDomain)) {
        return s;
      }
    }
    return null;
  }

  boolean requiresTls(String recipientDomain) {
    return requireTls.stream().anyMatch(p -> p.fits(recipientDomain));
  }

  /// Whether we are called so. On a port where we are not, it is somebody else on our machine.
  boolean isOwnName(String host, int toPort) {
    boolean ours = toPort == SMTP || ownDoors.stream().anyMatch(d -> d.getPort() == toPort);
    return ours && ownNames.contains(host);
  }

  boolean isOwnDoor(InetAddress address, int toPort) {
    return ownDoors.contains(new InetSocketAddress(address, toPort));
  }

  /// A host name as configured: A-labels in lower case, or an address without brackets; null if it
  /// is neither.
  public static String normalHost(String host) {
    String bare =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    InetAddress address = Addresses.parse(bare);
    return address != null ? address.getHostAddress() : EmailAddress.normalDomain(host);
  }
}
