package org.posthorn.trust;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/// IP addresses as people write them.
public final class IpText {
  private static final int MAPPED_PREFIX = 12;

  private IpText() {}

  /// In the form of RFC 5952, or four numbers with dots.
  public static String of(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address.getHostAddress();
    }
    byte[] b = address.getAddress();
    int[] words = new int[8];
    for (int i = 0; i < 8; i++) {
      words[i] = (b[2 * i] & 0xff) << 8 | b[2 * i + 1] & 0xff;
    }
    int gap = -1;
    int longest = 1; // one word alone is written
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && words[end] == 0) {
        end++;
      }
      if (end - i > longest) {
        gap = i;
        longest = end - i;
      }
    }
    var text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += longest - 1;
      } else {
        boolean first = text.isEmpty() || text.charAt(text.length() - 1) == ':';
        text.append(first ? "" : ":").append(Integer.toHexString(words[i]));
      }
    }
    return text.toString();
  }

  /// An IPv4 address in the form of an IPv6 one (RFC 4291 §2.5.5.2) as the IPv4 address that it is.
  public static InetAddress plain(InetAddress address) {
    if (!(address instanceof Inet6Address)) {
      return address;
    }
    try {
      // The library takes mapped addresses for what they are.
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new AssertionError("it was an address before", e);
    }
  }

  /// The sixteen octets of an address, IPv4 as mapped.
  public static byte[] sixteen(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 16) {
      return octets;
    }
    byte[] mapped = new byte[16];
    mapped[MAPPED_PREFIX - 2] = (byte) 0xff;
    mapped[MAPPED_PREFIX - 1] = (byte) 0xff;
    System.arraycopy(octets, 0, mapped, MAPPED_PREFIX, 4);
    return mapped;
  }
}
