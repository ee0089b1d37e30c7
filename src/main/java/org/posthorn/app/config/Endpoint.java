package org.posthorn.app.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.posthorn.net.Addresses;

/// An address and a port to listen on: `192.0.2.1:25`, `[2001:db8::1]:25`, or `*:25` for every
/// address of both families.
public record Endpoint(String host, int port) {
  private static final int PORT_MAX = 65_535;

  public Endpoint {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException(port + " is not a port");
    }
    if (!host.equals("*") && Addresses.parse(host) == null) {
      throw new IllegalArgumentException(host + " is not an IP address");
    }
  }

  /// @throws IllegalArgumentException with a reason
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("\"" + text + "\" has no port");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException("\"" + text + "\" needs brackets around its IPv6 address");
    }
    try {
      return new Endpoint(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" does not end with a port");
    }
  }

  public static Endpoint of(InetSocketAddress address) {
    return new Endpoint(address.getAddress().getHostAddress(), address.getPort());
  }

  public InetSocketAddress address() {
    InetAddress address = Addresses.parse(host.equals("*") ? "::" : host);
    return new InetSocketAddress(address, port);
  }

  @Override
  public String toString() {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }
}
