package org.posthorn.trust.spf;

import java.util.Arrays;

/// What hosts a directive speaks of (RFC 7208 §5).
sealed interface Mechanism {
  record All() implements Mechanism {}

  record Include(MacroText domain) implements Mechanism {}

  /// @param domain null: the one that is asked about; so with the others
  record Address(MacroText domain, int prefix4, int prefix6) implements Mechanism {}

  record Exchangers(MacroText domain, int prefix4, int prefix6) implements Mechanism {}

  record Pointer(MacroText domain) implements Mechanism {}

  record Exists(MacroText domain) implements Mechanism {}

  /// `ip4` or `ip6`, told apart by the length of the address.
  record Network(byte[] address, int prefix) implements Mechanism {
    boolean holds(byte[] other) {
      return sameNetwork(address, other, prefix);
    }

    @Override
    public boolean equals(Object o) {
      return o instanceof Network n && n.prefix == prefix && Arrays.equals(n.address, address);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(address) * 31 + prefix;
    }
  }

  /// Whether two addresses of the same family are the same in their first bits.
  static boolean sameNetwork(byte[] a, byte[] b, int prefix) {
    if (a.length != b.length) {
      return false;
    }
    for (int i = 0; i < a.length; i++) {
      int bits = Math.clamp(prefix - 8 * i, 0, 8);
      int mask = 0xff00 >> bits & 0xff;
      if (((a[i] ^ b[i]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }
}
