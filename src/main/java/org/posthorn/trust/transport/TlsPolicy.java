package org.posthorn.trust.transport;

import java.util.List;
import java.util.stream.Stream;
import org.posthorn.dns.Tlsa;

/// What was asked of a connection, as reports name it (RFC 8460 §4.4).
///
/// @param domain whose policy it is: that of the recipients, or for TLSA records the host they are
///   of
/// @param strings the TLSA records, or the lines of the MTA-STS policy; empty where none could be
///   had
/// @param mx patterns of hosts, with [Kind#STS]
public record TlsPolicy(Kind kind, String domain, List<String> strings, List<String> mx) {
  /// Reports grow by what a domain publishes.
  private static final int STRINGS_MAX = 100;

  /// By what it was found.
  public enum Kind {
    TLSA("tlsa"),
    STS("sts"),
    NONE("no-policy-found");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  public TlsPolicy {
    strings = strings.stream().limit(STRINGS_MAX).toList();
    mx = mx.stream().limit(STRINGS_MAX).toList();
  }

  /// @param records perhaps none
  public static TlsPolicy tlsa(String host, List<Tlsa> records) {
    Stream<String> strings = records.stream().map(Tlsa::toString).sorted();
    return new TlsPolicy(Kind.TLSA, host, strings.toList(), List.of());
  }

  /// @param policy null if it could not be had
  public static TlsPolicy sts(String domain, StsPolicy policy) {
    return policy == null
        ? new TlsPolicy(Kind.STS, domain, List.of(), List.of())
        : new TlsPolicy(Kind.STS, domain, policy.lines(), policy.mx());
  }

  public static TlsPolicy none(String domain) {
    return new TlsPolicy(Kind.NONE, domain, List.of(), List.of());
  }
}
