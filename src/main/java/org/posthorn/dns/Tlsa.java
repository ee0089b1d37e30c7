package org.posthorn.dns;

import java.util.Arrays;
import java.util.HexFormat;

/// What a host's certificate must be like (RFC 6698 §2.1). The numbers are as they came: whoever
/// reads them decides which it can use.
///
/// @param usage 0 to 255; 2 is DANE-TA, 3 is DANE-EE (RFC 7218)
/// @param selector 0 to 255; 0 is the whole certificate, 1 its public key
/// @param matching 0 to 255; 0 is the octets themselves, 1 SHA-256, 2 SHA-512
/// @param octets the certificate association data, perhaps none; nobody changes them
public record Tlsa(int usage, int selector, int matching, byte[] octets) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Tlsa t
        && usage == t.usage
        && selector == t.selector
        && matching == t.matching
        && Arrays.equals(octets, t.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets) * 31 + (usage << 16 | selector << 8 | matching);
  }

  /// As in a zone file: `3 1 1 0a1b…`.
  @Override
  public String toString() {
    return usage + " " + selector + " " + matching + " " + HexFormat.of().formatHex(octets);
  }
}
