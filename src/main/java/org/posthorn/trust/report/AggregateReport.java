package org.posthorn.trust.report;

import java.time.Instant;
import java.util.List;

/// What a receiver saw of mail in the name of a domain (RFC 9990 §3.1).
///
/// @param organization who reports
/// @param email whom to ask there
/// @param id of the report, theirs
/// @param begin of the time it is about
public record AggregateReport(
    String organization,
    String email,
    String id,
    Instant begin,
    Instant end,
    Published published,
    List<Row> rows) {
  public AggregateReport {
    rows = List.copyOf(rows);
  }

  /// The policy as the receiver found it. Texts are those of the record; "" where it has none.
  public record Published(
      String domain, String adkim, String aspf, String p, String sp, String np, boolean testing) {}

  /// Messages that are alike.
  ///
  /// @param disposition `none`, `pass`, `quarantine` or `reject`
  /// @param dkim whether a signature stood for the domain in From
  /// @param spf whether SPF did
  /// @param override why something else was done than was asked for, perhaps ""
  /// @param envelopeFrom "" where there was none, or it is not told
  public record Row(
      String sourceIp,
      long count,
      String disposition,
      boolean dkim,
      boolean spf,
      String override,
      String headerFrom,
      String envelopeFrom,
      List<Check> checks) {
    public Row {
      checks = List.copyOf(checks);
    }

    public Row withCount(long other) {
      return new Row(
          sourceIp, other, disposition, dkim, spf, override, headerFrom, envelopeFrom, checks);
    }
  }

  /// What a single check came to.
  ///
  /// @param method `dkim` or `spf`
  /// @param domain of the signature, or the one that SPF asked
  /// @param detail selector of the signature; for SPF, `mfrom` or `helo`
  /// @param result as in Authentication-Results
  public record Check(String method, String domain, String detail, String result) {}

  /// Of all rows.
  public long messages() {
    return rows.stream().mapToLong(Row::count).sum();
  }
}
