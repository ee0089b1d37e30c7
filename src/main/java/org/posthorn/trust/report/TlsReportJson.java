package org.posthorn.trust.report;

import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.posthorn.mime.VisibleText;
import org.posthorn.trust.report.TlsReport.Failure;
import org.posthorn.trust.report.TlsReport.Policy;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reports of TLS as JSON (RFC 8460 §4.4), both ways.
public final class TlsReportJson {
  private static final int DEPTH_MAX = 20;
  private static final int NUMBER_MAX = 20;
  private static final int STRING_MAX = 100_000;
  private static final int OCTETS_MAX = 5 << 20;

  /// Names, values and brackets: what is read takes memory by their number.
  private static final int TOKENS_MAX = 200_000;

  private static final int POLICIES_MAX = 1000;
  private static final int STRINGS_MAX = 100;
  private static final int DETAILS_MAX = 1000;
  private static final int TEXT_MAX = 255;
  private static final long COUNT_MAX = 1_000_000_000_000L;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEPTH_MAX)
                          .maxNumberLength(NUMBER_MAX)
                          .maxStringLength(STRING_MAX)
                          .maxDocumentLength(OCTETS_MAX)
                          .maxTokenCount(TOKENS_MAX)
                          .build())
                  .build())
          .build();

  private TlsReportJson() {}

  /// @param in unpacked; not closed
  /// @throws BadReportException if it is none
  public static TlsReport read(InputStream in) throws BadReportException {
    JsonNode root;
    try {
      root = MAPPER.readTree(in);
    } catch (JacksonException e) {
      throw e.getCause() instanceof BadReportException bad
          ? bad
          : new BadReportException("it is no JSON, or too much");
    }
    JsonNode policies = root == null ? null : root.path("policies");
    if (policies == null || !policies.isArray()) {
      throw new BadReportException("it has no policies");
    }
    List<Policy> all = new ArrayList<>();
    for (JsonNode p : policies) {
      if (all.size() == POLICIES_MAX) {
        throw new BadReportException("it has too many policies");
      }
      all.add(policy(p));
    }
    JsonNode range = root.path("date-range");
    return new TlsReport(
        text(root, "organization-name"),
        text(root, "contact-info"),
        text(root, "report-id"),
        time(range.path("start-datetime")),
        time(range.path("end-datetime")),
        all);
  }

  private static Policy policy(JsonNode node) throws BadReportException {
    JsonNode policy = node.path("policy");
    String domain = text(policy, "policy-domain").toLowerCase(Locale.ROOT);
    if (domain.isEmpty()) {
      throw new BadReportException("it does not say whom it is about");
    }
    List<Failure> details = new ArrayList<>();
    for (JsonNode f : node.path("failure-details")) {
      if (details.size() < DETAILS_MAX) {
        details.add(failure(f));
      }
    }
    return new Policy(
        text(policy, "policy-type"),
        domain,
        texts(policy.path("policy-string")),
        texts(policy.path("mx-host")),
        count(node.path("summary").path("total-successful-session-count")),
        count(node.path("summary").path("total-failure-session-count")),
        details);
  }

  private static Failure failure(JsonNode f) {
    String reason = text(f, "failure-reason-code");
    return new Failure(
        text(f, "result-type"),
        text(f, "sending-mta-ip"),
        text(f, "receiving-mx-hostname"),
        text(f, "receiving-mx-helo"),
        text(f, "receiving-ip"),
        count(f.path("failed-session-count")),
        reason.isEmpty() ? text(f, "additional-information") : reason);
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isString() ? clean(value.stringValue()) : "";
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    if (node.isString()) {
      texts.add(clean(node.stringValue())); // some write one as no list
    }
    for (JsonNode one : node) {
      if (one.isString() && texts.size() < STRINGS_MAX) {
        texts.add(clean(one.stringValue()));
      }
    }
    return texts;
  }

  private static long count(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong()
        ? Math.clamp(node.longValue(), 0, COUNT_MAX)
        : 0;
  }

  private static Instant time(JsonNode node) throws BadReportException {
    try {
      return node.isString() ? OffsetDateTime.parse(node.stringValue()).toInstant() : Instant.EPOCH;
    } catch (DateTimeException e) {
      throw new BadReportException("a time is wrong");
    }
  }

  /// As octets of UTF-8.
  public static byte[] write(TlsReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("organization-name", report.organization());
    ObjectNode range = root.putObject("date-range");
    range.put("start-datetime", report.begin().toString());
    range.put("end-datetime", report.end().toString());
    root.put("contact-info", report.contact());
    root.put("report-id", report.id());
    ArrayNode policies = root.putArray("policies");
    for (Policy p : report.policies()) {
      ObjectNode node = policies.addObject();
      ObjectNode policy = node.putObject("policy");
      policy.put("policy-type", p.type());
      put(policy, "policy-string", p.strings());
      policy.put("policy-domain", p.domain());
      put(policy, "mx-host", p.mx());
      ObjectNode summary = node.putObject("summary");
      summary.put("total-successful-session-count", p.successes());
      summary.put("total-failure-session-count", p.failures());
      if (!p.details().isEmpty()) {
        ArrayNode details = node.putArray("failure-details");
        p.details().forEach(f -> failure(details.addObject(), f));
      }
    }
    return MAPPER.writeValueAsBytes(root);
  }

  private static void put(ObjectNode node, String name, List<String> texts) {
    if (!texts.isEmpty()) {
      ArrayNode array = node.putArray(name);
      texts.forEach(array::add);
    }
  }

  private static void failure(ObjectNode node, Failure f) {
    node.put("result-type", f.type());
    told(node, "sending-mta-ip", f.sendingIp());
    told(node, "receiving-mx-hostname", f.mxHost());
    told(node, "receiving-mx-helo", f.mxHelo());
    told(node, "receiving-ip", f.receivingIp());
    node.put("failed-session-count", f.sessions());
    told(node, "failure-reason-code", f.reason());
  }

  private static void told(ObjectNode node, String name, String text) {
    if (!text.isEmpty()) {
      node.put(name, text);
    }
  }

  private static String clean(String text) {
    return VisibleText.of(text.substring(0, Math.min(text.length(), TEXT_MAX))).strip();
  }
}
