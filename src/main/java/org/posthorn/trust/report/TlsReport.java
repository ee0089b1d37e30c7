package org.posthorn.trust.report;

import java.time.Instant;
import java.util.List;

/// What a sender saw of TLS on the way to a domain (RFC 8460 §4).
///
/// @param organization who reports
/// @param contact whom to ask there
/// @param id of the report, theirs
public record TlsReport(
    String organization,
    String contact,
    String id,
    Instant begin,
    Instant end,
    List<Policy> policies) {
  public TlsReport {
    policies = List.copyOf(policies);
  }

  /// What came of sessions under one policy.
  ///
  /// @param type `tlsa`, `sts` or `no-policy-found`
  /// @param strings of the policy
  /// @param mx its patterns of hosts
  public record Policy(
      String type,
      String domain,
      List<String> strings,
      List<String> mx,
      long successes,
      long failures,
      List<Failure> details) {
    public Policy {
      strings = List.copyOf(strings);
      mx = List.copyOf(mx);
      details = List.copyOf(details);
    }
  }

  /// Sessions that failed in one way (RFC 8460 §4.3). What is not known is "".
  public record Failure(
      String type,
      String sendingIp,
      String mxHost,
      String mxHelo,
      String receivingIp,
      long sessions,
      String reason) {}

  public long successes() {
    return policies.stream().mapToLong(Policy::successes).sum();
  }

  public long failures() {
    return policies.stream().mapToLong(Policy::failures).sum();
  }
}
