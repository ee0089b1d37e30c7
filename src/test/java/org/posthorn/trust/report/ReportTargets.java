package org.posthorn.trust.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

/// Targets for fuzzing: reports of strangers.
public final class ReportTargets {
  private ReportTargets() {}

  /// Packed or not. What was read can be written, and is the same when it is read again.
  public static void aggregate(byte[] input) {
    AggregateReport report;
    try (InputStream in = PackedReport.open(new ByteArrayInputStream(input))) {
      report = AggregateReader.read(in);
    } catch (IOException e) {
      assertThat(e).isInstanceOf(BadReportException.class);
      return;
    }
    var out = new ByteArrayOutputStream();
    AggregateWriter.write(report, "test", out);
    try {
      AggregateReport again = AggregateReader.read(new ByteArrayInputStream(out.toByteArray()));
      assertThat(again.rows()).hasSameSizeAs(report.rows());
      assertThat(again.messages()).isEqualTo(report.messages());
    } catch (BadReportException e) {
      throw new AssertionError(e);
    }
  }

  public static void tls(byte[] input) {
    TlsReport report;
    try (InputStream in = PackedReport.open(new ByteArrayInputStream(input))) {
      report = TlsReportJson.read(in);
    } catch (IOException e) {
      assertThat(e).isInstanceOf(BadReportException.class);
      return;
    }
    try {
      var written = new ByteArrayInputStream(TlsReportJson.write(report));
      assertThat(TlsReportJson.read(written)).isEqualTo(report);
    } catch (BadReportException e) {
      throw new AssertionError(e);
    }
  }
}
