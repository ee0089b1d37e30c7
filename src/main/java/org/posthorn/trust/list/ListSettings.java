package org.posthorn.trust.list;

import java.util.Objects;

/// One list, and what we make of it.
///
/// @param name what it is called towards others; a zone may contain a secret key
/// @param zone where it lies in the DNS
/// @param refuses what it says is bad is refused at once; else it is only told to whoever judges
/// @param test an entry that it must have, or it does not work (RFC 5782 §5); "" trusts it blindly
public record ListSettings(
    String name, String zone, Of of, ListCodes codes, boolean refuses, String test) {

  /// What it lists.
  public enum Of {
    /// IP addresses.
    HOSTS,
    DOMAINS
  }

  /// RFC 5782 §5: one that works lists these.
  public static final String TEST_HOST = "127.0.0.2";

  public static final String TEST_DOMAIN = "test";

  public ListSettings {
    Objects.requireNonNull(of);
    Objects.requireNonNull(codes);
    if (name.isEmpty() || zone.isEmpty()) {
      throw new IllegalArgumentException("a list without a zone");
    }
  }

  /// A list of hosts in which whatever is listed is bad.
  public static ListSettings blocking(String zone) {
    return new ListSettings(
        zone, zone, Of.HOSTS, ListCodes.all(ListHit.Kind.BLOCK), true, TEST_HOST);
  }

  /// A list of hosts in which whatever is listed is good.
  public static ListSettings welcoming(String zone) {
    return new ListSettings(
        zone, zone, Of.HOSTS, ListCodes.all(ListHit.Kind.WELCOME), false, TEST_HOST);
  }

  /// A list of domains in which whatever is listed is bad, told to whoever judges.
  public static ListSettings ofDomains(String zone) {
    return new ListSettings(
        zone, zone, Of.DOMAINS, ListCodes.all(ListHit.Kind.BLOCK), false, TEST_DOMAIN);
  }
}
