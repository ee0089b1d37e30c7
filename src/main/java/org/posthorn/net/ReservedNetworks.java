package org.posthorn.net;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Arrays;

/// Addresses that nobody outside can mean: the machine itself, private networks, and what is set
/// aside for other ends (RFC 6890 and the registries that it began). A name that anybody may give
/// an address must not make us knock there.
public final class ReservedNetworks {
  private static final NetworkSet RESERVED =
      NetworkSet.parse(
          """
          0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12
          192.0.0.0/24 192.0.2.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24
          224.0.0.0/4 240.0.0.0/4
          ::/96 64:ff9b:1::/48 100::/64 2001::/32 2001:2::/48 2001:db8::/32 3fff::/20 5f00::/16
          fc00::/7 fe80::/10 fec0::/10 ff00::/8
          """);

  /// IPv4 addresses within IPv6 ones: of a translator (RFC 6052 §2.1), and of a tunnel (RFC 3056).
  private static final NetworkSet TRANSLATED = NetworkSet.parse("64:ff9b::/96");

  private static final int TRANSLATED_AT = 12;

  private static final NetworkSet TUNNELLED = NetworkSet.parse("2002::/16");

  private static final int TUNNELLED_AT = 2;

  private static final int IPV4_LENGTH = 4;

  private ReservedNetworks() {}

  public static boolean contains(InetAddress address) {
    InetAddress normal = Addresses.normalise(address);
    if (normal instanceof Inet6Address) {
      if (TRANSLATED.contains(normal)) {
        return contains(embedded(normal, TRANSLATED_AT));
      }
      if (TUNNELLED.contains(normal)) {
        return contains(embedded(normal, TUNNELLED_AT));
      }
    }
    return RESERVED.contains(normal);
  }

  private static InetAddress embedded(InetAddress address, int at) {
    return Addresses.of(Arrays.copyOfRange(address.getAddress(), at, at + IPV4_LENGTH));
  }
}
