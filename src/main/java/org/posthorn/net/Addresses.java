package org.posthorn.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;

/// Internet addresses in the one form we compare, count and print.
public final class Addresses {
  private static final int IPV4_LENGTH = 4;
  private static final int IPV6_LENGTH = 16;
  private static final int COUNTED_PREFIX_BYTES = 8; // of IPv6: a /64 is one customer

  private Addresses() {}

  /// An IPv4-mapped IPv6 address (RFC 4291 §2.5.5.2) as IPv4, IPv6 without its scope, all else as
  /// it is.
  public static InetAddress normalise(InetAddress address) {
    if (address instanceof Inet6Address six) {
      byte[] bytes = six.getAddress();
      if (mapped(bytes)) {
        return of(new byte[] {bytes[12], bytes[13], bytes[14], bytes[15]});
      }
      if (six.getScopeId() != 0) {
        return of(bytes);
      }
    }
    return address;
  }

  public static InetSocketAddress normalise(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    InetAddress normal = normalise(host);
    return normal == host ? address : new InetSocketAddress(normal, address.getPort());
  }

  /// What counts as one peer in limits: an IPv4 address, or the /64 of an IPv6 address, given as
  /// its first address.
  public static InetAddress limitKey(InetAddress address) {
    InetAddress normal = normalise(address);
    if (normal instanceof Inet4Address) {
      return normal;
    }
    byte[] bytes = normal.getAddress();
    for (int i = COUNTED_PREFIX_BYTES; i < IPV6_LENGTH; i++) {
      bytes[i] = 0;
    }
    return of(bytes);
  }

  /// Reads a literal: dotted quad without leading zeros, or IPv6 (RFC 4291 §2.2) without scope and
  /// brackets. Never asks a resolver.
  ///
  /// @return the address, normalised, or null if the text is none
  public static InetAddress parse(String text) {
    if (text.indexOf(':') >= 0) {
      for (int i = 0; i < text.length(); i++) {
        char ch = text.charAt(i);
        if (Character.digit(ch, 16) < 0 && ch != ':' && ch != '.' || ch > 'f') {
          return null;
        }
      }
      try {
        return normalise(Inet6Address.ofLiteral(text));
      } catch (IllegalArgumentException e) {
        return null;
      }
    }
    byte[] quad = quad(text);
    return quad == null ? null : of(quad);
  }

  private static byte[] quad(String text) {
    byte[] bytes = new byte[IPV4_LENGTH];
    int at = 0;
    for (int part = 0; part < IPV4_LENGTH; part++) {
      int start = at;
      int value = 0;
      while (at < text.length() && at - start < 3 && isDigit(text.charAt(at))) {
        value = value * 10 + text.charAt(at++) - '0';
      }
      boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
      if (at == start || value > 255 || leadingZero) {
        return null;
      }
      bytes[part] = (byte) value;
      if (part < IPV4_LENGTH - 1 && (at >= text.length() || text.charAt(at++) != '.')) {
        return null;
      }
    }
    return at == text.length() ? bytes : null;
  }

  private static boolean isDigit(char ch) {
    return ch >= '0' && ch <= '9';
  }

  /// The address of 4 or 16 bytes in network order, normalised.
  public static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes); // maps IPv4-mapped to IPv4 by itself
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length, e);
    }
  }

  static boolean mapped(byte[] bytes) {
    if (bytes.length != IPV6_LENGTH || bytes[10] != -1 || bytes[11] != -1) {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /// Whether this kernel, and this Java, can open IPv6 sockets at all.
  public static boolean ipv6Available() {
    try (ServerSocketChannel probe = ServerSocketChannel.open(StandardProtocolFamily.INET6)) {
      return probe.isOpen();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }
}
