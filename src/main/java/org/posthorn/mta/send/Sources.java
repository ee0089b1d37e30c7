package org.posthorn.mta.send;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Addresses of this machine from which mail goes out.
///
/// @param sender for mail of these domains
/// @param ipv4 null: the kernel's choice
/// @param ipv6 null: the kernel's choice
public record Sources(DomainPattern sender, Inet4Address ipv4, Inet6Address ipv6) {
  static final Sources KERNEL = new Sources(DomainPattern.ALL, null, null);

  InetAddress towards(InetAddress target) {
    return target instanceof Inet6Address ? ipv6 : ipv4;
  }
}
