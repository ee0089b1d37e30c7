package org.posthorn.dns;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/// Asks for records. Any thread; every call waits, within a bound, for the answer.
///
/// Names are domain names with A-labels, with or without the dot at the end; where addresses or
/// texts are asked for, labels may be of any printable ASCII.
public interface Resolver {

  Answer<Mx> mx(String domain);

  Answer<Inet4Address> ipv4(String host);

  Answer<Inet6Address> ipv6(String host);

  /// Names of an address (RFC 1035 §3.5, RFC 3596 §2.5).
  Answer<String> names(InetAddress address);

  /// Each record's strings joined (RFC 7208 §3.3), octets as ISO-8859-1.
  Answer<String> txt(String name);

  /// @param name such as `_25._tcp.mx.example.org` (RFC 6698 §3). Of use is only what is
  ///   [Security#SECURE] (RFC 7672 §2.2)
  Answer<Tlsa> tlsa(String name);

  /// @param name such as `_imaps._tcp.example.org`
  Answer<Srv> srv(String name);

  /// Whether answers are validated at all. While they are not, none is [Security#SECURE]: it was
  /// switched off, or the name servers that are asked leave out signatures.
  boolean validates();
}
