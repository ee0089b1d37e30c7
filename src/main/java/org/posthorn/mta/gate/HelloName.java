package org.posthorn.mta.gate;

import java.net.InetAddress;
import java.util.Locale;
import org.posthorn.net.Addresses;

/// What a client calls itself in EHLO or HELO, looked at without asking anybody.
final class HelloName {
  private static final int LABEL_MAX = 63;
  private static final String IPV6 = "ipv6:";

  /// What it is.
  enum Is {
    /// A name with a dot, or an address literal.
    FINE,
    /// One word without a dot.
    BARE,
    /// Neither a name nor an address (RFC 5321 §4.1.2), or an address without its brackets.
    INVALID,
    /// Our own name, or the address it came to: nobody else has them.
    OURS
  }

  private HelloName() {}

  /// @param hostname our name
  /// @param local our address on this connection
  static Is look(String hello, String hostname, InetAddress local) {
    String name = hello.toLowerCase(Locale.ROOT);
    if (name.startsWith("[")) {
      return literal(name, local);
    }
    String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    if (bare.equals(hostname.toLowerCase(Locale.ROOT))) {
      return Is.OURS;
    }
    if (Addresses.parse(bare) != null) {
      return local.equals(Addresses.parse(bare)) ? Is.OURS : Is.INVALID;
    }
    if (!domain(bare)) {
      return Is.INVALID;
    }
    return bare.indexOf('.') < 0 ? Is.BARE : Is.FINE;
  }

  private static Is literal(String name, InetAddress local) {
    String inside = name.substring(1, Math.max(1, name.length() - 1));
    if (inside.startsWith(IPV6)) {
      inside = inside.substring(IPV6.length());
    }
    int zone = inside.indexOf('%');
    InetAddress address = Addresses.parse(zone < 0 ? inside : inside.substring(0, zone));
    if (address == null || !name.endsWith("]")) {
      return Is.INVALID;
    }
    return address.equals(local) ? Is.OURS : Is.FINE;
  }

  /// Also with underscores, which many Windows servers have.
  private static boolean domain(String name) {
    for (String label : name.split("\\.", -1)) {
      if (label.isEmpty() || label.length() > LABEL_MAX) {
        return false;
      }
      for (int i = 0; i < label.length(); i++) {
        char c = label.charAt(i);
        boolean letter = c >= 'a' && c <= 'z' || c >= '0' && c <= '9';
        boolean joint = c == '_' || c == '-' && i > 0 && i < label.length() - 1;
        if (!letter && !joint) {
          return false;
        }
      }
    }
    return true;
  }
}
