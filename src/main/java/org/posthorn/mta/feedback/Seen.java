package org.posthorn.mta.feedback;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.trust.report.AggregateReport;
import org.posthorn.trust.report.TlsReport;

/// What was seen some number of times: by us of another domain, or by somebody else of ours.
///
/// Form of a row's value behind its format and number: texts as `DataOutput` writes them.
sealed interface Seen {
  int TEXTS_MAX = 200;

  /// Texts longer than this say nothing to anybody.
  int TEXT_MAX = 500;

  /// Who saw it, "" for ourselves.
  String reporter();

  /// Whose it is, and who gets the report.
  String domain();

  /// Messages.
  ///
  /// @param row with a count of 1
  record Mail(String reporter, String domain, AggregateReport.Row row) implements Seen {}

  /// Sessions, under one policy and with one outcome.
  ///
  /// @param failure null if all was well; with a number of 1
  record Tls(
      String reporter,
      String domain,
      String type,
      String policyDomain,
      List<String> strings,
      List<String> mx,
      TlsReport.Failure failure)
      implements Seen {
    public Tls {
      strings = List.copyOf(strings);
      mx = List.copyOf(mx);
    }
  }

  default byte[] encoded() {
    var octets = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(octets)) {
      text(out, reporter());
      text(out, domain());
      switch (this) {
        case Mail m -> {
          AggregateReport.Row r = m.row;
          texts(out, List.of(r.sourceIp(), r.disposition(), r.override(), r.headerFrom()));
          text(out, r.envelopeFrom());
          out.writeBoolean(r.dkim());
          out.writeBoolean(r.spf());
          out.writeShort(Math.min(r.checks().size(), TEXTS_MAX));
          for (var c : r.checks().stream().limit(TEXTS_MAX).toList()) {
            texts(out, List.of(c.method(), c.domain(), c.detail(), c.result()));
          }
        }
        case Tls t -> {
          text(out, t.type);
          text(out, t.policyDomain);
          texts(out, t.strings);
          texts(out, t.mx);
          TlsReport.Failure f = t.failure;
          texts(
              out,
              f == null
                  ? List.of()
                  : List.of(
                      f.type(),
                      f.sendingIp(),
                      f.mxHost(),
                      f.mxHelo(),
                      f.receivingIp(),
                      f.reason()));
        }
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return octets.toByteArray();
  }

  /// @throws IOException if it means nothing
  static Seen decode(boolean mail, byte[] octets) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(octets));
    String reporter = in.readUTF();
    String domain = in.readUTF();
    Seen seen = mail ? mail(in, reporter, domain) : tls(in, reporter, domain);
    if (in.read() >= 0) {
      throw new IOException("more than a row");
    }
    return seen;
  }

  private static Mail mail(DataInputStream in, String reporter, String domain) throws IOException {
    List<String> texts = texts(in);
    if (texts.size() != 4) {
      throw new IOException("no row");
    }
    String envelope = in.readUTF();
    boolean dkim = in.readBoolean();
    boolean spf = in.readBoolean();
    int n = in.readUnsignedShort();
    if (n > TEXTS_MAX) {
      throw new IOException("no row");
    }
    List<AggregateReport.Check> checks = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      List<String> c = texts(in);
      if (c.size() != 4) {
        throw new IOException("no row");
      }
      checks.add(new AggregateReport.Check(c.get(0), c.get(1), c.get(2), c.get(3)));
    }
    var row =
        new AggregateReport.Row(
            texts.get(0), 1, texts.get(1), dkim, spf, texts.get(2), texts.get(3), envelope, checks);
    return new Mail(reporter, domain, row);
  }

  private static Tls tls(DataInputStream in, String reporter, String domain) throws IOException {
    String type = in.readUTF();
    String policyDomain = in.readUTF();
    List<String> strings = texts(in);
    List<String> mx = texts(in);
    List<String> f = texts(in);
    if (!f.isEmpty() && f.size() != 6) {
      throw new IOException("no row");
    }
    TlsReport.Failure failure =
        f.isEmpty()
            ? null
            : new TlsReport.Failure(f.get(0), f.get(1), f.get(2), f.get(3), f.get(4), 1, f.get(5));
    return new Tls(reporter, domain, type, policyDomain, strings, mx, failure);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    out.writeUTF(text.substring(0, Math.min(text.length(), TEXT_MAX)));
  }

  private static void texts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeShort(Math.min(texts.size(), TEXTS_MAX));
    for (String t : texts.subList(0, Math.min(texts.size(), TEXTS_MAX))) {
      text(out, t);
    }
  }

  private static List<String> texts(DataInputStream in) throws IOException {
    int n = in.readUnsignedShort();
    if (n > TEXTS_MAX) {
      throw new IOException("no row");
    }
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      texts.add(in.readUTF());
    }
    return texts;
  }
}
