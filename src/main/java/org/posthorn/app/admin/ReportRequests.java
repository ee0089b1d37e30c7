package org.posthorn.app.admin;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.posthorn.app.CommandFailed;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mta.feedback.History;
import org.posthorn.store.Store;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.TlsReport;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `dmarc.report` and `tlsrpt.report`: what others have reported about a domain.
///
/// Arguments: `domain`, and `days`, how far to look back.
final class ReportRequests {
  private static final int DAYS = 30;
  private static final int DAYS_MAX = 90;

  private ReportRequests() {}

  static Answer run(Store store, Request request) {
    String domain = EmailAddress.normalDomain(request.arguments().getOrDefault("domain", ""));
    if (domain == null) {
      throw new CommandFailed("not a domain: " + request.arguments().get("domain"));
    }
    int days = days(request.arguments().get("days"));
    var history = new History(store, InstantSource.system());
    return request.command().equals("dmarc.report")
        ? mail(domain, days, history.mail(domain, days))
        : tls(domain, days, history.tls(domain, days));
  }

  private static int days(String text) {
    if (text == null) {
      return DAYS;
    }
    try {
      int days = Integer.parseInt(text);
      if (days > 0 && days <= DAYS_MAX) {
        return days;
      }
    } catch (NumberFormatException e) {
      // no number
    }
    throw new CommandFailed("days are a number from 1 to " + DAYS_MAX + ", not " + text);
  }

  private static Answer mail(String domain, int days, List<History.Mail> rows) {
    ArrayNode result = Wire.JSON.createArrayNode();
    Map<String, Long> sources = new TreeMap<>();
    long all = 0;
    long passed = 0;
    for (History.Mail m : rows) {
      AggregateReport.Row r = m.row();
      boolean pass = r.dkim() || r.spf();
      all += r.count();
      passed += pass ? r.count() : 0;
      String line =
          String.format(
              "%-39s %s  dkim %s, spf %s, %s",
              r.sourceIp(),
              pass ? "pass" : "FAIL",
              r.dkim() ? "pass" : "fail",
              r.spf() ? "pass" : "fail",
              r.disposition());
      sources.merge(line, r.count(), Long::sum);
      ObjectNode node = result.addObject();
      node.put("day", m.day().toString());
      node.put("reporter", m.reporter());
      node.put("source", r.sourceIp());
      node.put("count", r.count());
      node.put("disposition", r.disposition());
      node.put("dkim", r.dkim());
      node.put("spf", r.spf());
      node.put("override", r.override());
      node.put("from", r.headerFrom());
      node.put("envelope-from", r.envelopeFrom());
      ArrayNode checks = node.putArray("checks");
      for (AggregateReport.Check c : r.checks()) {
        ObjectNode check = checks.addObject();
        check.put("method", c.method());
        check.put("domain", c.domain());
        check.put("detail", c.detail());
        check.put("result", c.result());
      }
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        all == 0
            ? "Nobody has reported about " + domain + " in the last " + days + " days."
            : all + " messages in " + days + " days, " + passed + " of them passed DMARC");
    sources.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(e -> lines.add(String.format("%9d  %s", e.getValue(), e.getKey())));
    return Answer.done(lines, result);
  }

  private static Answer tls(String domain, int days, List<History.Tls> rows) {
    ArrayNode result = Wire.JSON.createArrayNode();
    Map<String, Long> failures = new TreeMap<>();
    long well = 0;
    long failed = 0;
    for (History.Tls t : rows) {
      TlsReport.Failure f = t.failure();
      ObjectNode node = result.addObject();
      node.put("day", t.day().toString());
      node.put("reporter", t.reporter());
      node.put("policy", t.type());
      node.put("sessions", t.sessions());
      node.put("failure", f == null ? "" : f.type());
      if (f == null) {
        well += t.sessions();
        continue;
      }
      failed += t.sessions();
      node.put("host", f.mxHost());
      node.put("host-ip", f.receivingIp());
      node.put("sender-ip", f.sendingIp());
      node.put("reason", f.reason());
      String host = f.mxHost().isEmpty() ? "no host" : f.mxHost();
      failures.merge(
          f.type() + " at " + host + " (" + t.type() + "), says " + t.reporter(),
          t.sessions(),
          Long::sum);
    }
    List<String> lines = new ArrayList<>();
    lines.add(
        rows.isEmpty()
            ? "Nobody has reported about TLS to " + domain + " in the last " + days + " days."
            : well + " sessions in " + days + " days were well, " + failed + " failed");
    failures.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(e -> lines.add(String.format("%9d  %s", e.getValue(), e.getKey())));
    return Answer.done(lines, result);
  }
}
