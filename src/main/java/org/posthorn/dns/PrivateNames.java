package org.posthorn.dns;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.Name;

/// Names that belong to whoever runs the network, and of which the Internet's root knows nothing or
/// says that they do not exist. A name server that answers for them cannot prove it, and need not.
final class PrivateNames {
  private static final int BLOCK_172_FIRST = 16;
  private static final int BLOCK_172_LAST = 31;
  private static final int BLOCK_100_FIRST = 64;
  private static final int BLOCK_100_LAST = 127;

  /// RFC 6762 §3, RFC 8375, RFC 1918, RFC 6303 §4.
  private static final List<String> NAMES =
      List.of(
          "internal",
          "local",
          "localhost",
          "home.arpa",
          "10.in-addr.arpa",
          "127.in-addr.arpa",
          "254.169.in-addr.arpa",
          "168.192.in-addr.arpa",
          "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.ip6.arpa",
          "d.f.ip6.arpa",
          "8.e.f.ip6.arpa",
          "9.e.f.ip6.arpa",
          "a.e.f.ip6.arpa",
          "b.e.f.ip6.arpa");

  private PrivateNames() {}

  /// These and others.
  ///
  /// @throws IllegalArgumentException if one of the others is no name
  static Set<Name> and(List<String> others) {
    Set<Name> all = new HashSet<>();
    for (List<String> names : List.of(NAMES, others)) {
      for (String text : names) {
        Name name = Names.wire(text);
        if (name == null) {
          throw new IllegalArgumentException(text + " is no domain name");
        }
        all.add(name);
      }
    }
    for (int i = BLOCK_172_FIRST; i <= BLOCK_172_LAST; i++) {
      all.add(Names.wire(i + ".172.in-addr.arpa"));
    }
    for (int i = BLOCK_100_FIRST; i <= BLOCK_100_LAST; i++) {
      all.add(Names.wire(i + ".100.in-addr.arpa")); // RFC 7793
    }
    return all;
  }
}
