package org.posthorn.app.zone;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// What this server is for the world, besides its domains.
///
/// @param hostname as A-labels
/// @param addresses by which the world reaches it; empty where that is not known
/// @param services ports by the name of their service, such as `imaps`; 0 for one that is not
///   offered
/// @param certificates SHA-256 of the public key of each certificate, in hexadecimal digits
/// @param policy id of the MTA-STS policy that is served for our domains; "" if none is
/// @param smarthosts whether mail leaves by way of other servers
public record Site(
    String hostname,
    List<InetAddress> addresses,
    Map<String, Integer> services,
    List<String> certificates,
    String policy,
    boolean smarthosts) {
  public Site {
    addresses = List.copyOf(addresses);
    services = Map.copyOf(services);
    certificates = List.copyOf(certificates);
  }
}
