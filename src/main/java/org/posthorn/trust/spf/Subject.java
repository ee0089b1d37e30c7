package org.posthorn.trust.spf;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import org.posthorn.trust.IpText;

/// Who is asked about, which stays the same through includes and redirects (RFC 7208 §4.1).
///
/// @param ip never an IPv4 address in the form of IPv6
/// @param host ours
record Subject(
    InetAddress ip, String helo, String localPart, String domain, String host, Instant now) {

  boolean isIpv4() {
    return ip instanceof Inet4Address;
  }

  /// RFC 8616 §4: such a local part cannot be part of a name.
  boolean isInternationalized() {
    return !localPart.chars().allMatch(c -> c < 0x80);
  }

  /// What a letter stands for (RFC 7208 §7.2), but for `d` and `p`.
  String value(char letter) {
    return switch (letter) {
      case 's' -> localPart + "@" + domain;
      case 'l' -> localPart;
      case 'o' -> domain;
      case 'i' -> dotted();
      case 'v' -> isIpv4() ? "in-addr" : "ip6";
      case 'h' -> helo;
      case 'c' -> IpText.of(ip);
      case 'r' -> host;
      case 't' -> Long.toString(now.getEpochSecond());
      default -> throw new IllegalArgumentException("macro " + letter);
    };
  }

  /// RFC 7208 §7.3: an IPv6 address has a dot between any two of its digits.
  private String dotted() {
    if (!(ip instanceof Inet6Address)) {
      return ip.getHostAddress();
    }
    String digits = HexFormat.of().formatHex(ip.getAddress()).toLowerCase(Locale.ROOT);
    return String.join(".", digits.split(""));
  }
}
