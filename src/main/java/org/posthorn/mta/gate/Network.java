package org.posthorn.mta.gate;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.posthorn.net.Addresses;

/// A network that is counted as one: its first bits, the others zero.
///
/// @param prefix 32 or 24 of an IPv4 address, 64 or 48 of an IPv6 one
record Network(long bits, int prefix) {
  private static final int IPV4_LENGTH = 4;

  /// Who counts as one host: an IPv4 address, or the /64 of an IPv6 address, which is one customer.
  static Network host(InetAddress address) {
    byte[] octets = Addresses.normalise(address).getAddress();
    ByteBuffer all = ByteBuffer.wrap(octets);
    return octets.length == IPV4_LENGTH
        ? new Network(all.getInt() & 0xffffffffL, 32)
        : new Network(all.getLong(), 64);
  }

  /// The network around a host: /24, or /48.
  static Network around(InetAddress address) {
    Network host = host(address);
    return host.prefix == 32
        ? new Network(host.bits & ~0xffL, 24)
        : new Network(host.bits & ~0xffffL, 48);
  }

  /// What greylisting knows a client by, whose next try may come from a neighbour: /24, or /64.
  static Network neighbours(InetAddress address) {
    Network host = host(address);
    return host.prefix == 32 ? around(address) : host;
  }
}
