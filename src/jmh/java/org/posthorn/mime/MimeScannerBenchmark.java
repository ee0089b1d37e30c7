package org.posthorn.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What each delivery and each APPEND does with a message, before anything is stored.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MimeScannerBenchmark {
  private static final int LINE = 76;

  /// What the message is like.
  public enum Kind {
    /// 4 KiB of text.
    PLAIN,
    /// Text and HTML beside each other, 16 KiB.
    ALTERNATIVE,
    /// Text with an attachment in base64, 1 MiB.
    ATTACHMENT
  }

  @Param public Kind kind;

  private byte[] message;
  private Part scanned;

  @Setup
  public void make() {
    Random random = new Random(1);
    String header =
        "Received: from mail.elsewhere.test (mail.elsewhere.test [192.0.2.7])\r\n"
            + "\tby mx.bench.test with ESMTPS id 4Xb2; Mon, 23 Nov 2026 10:00:00 +0000\r\n"
            + "From: =?UTF-8?Q?J=C3=B6rg?= <joerg@elsewhere.test>\r\n"
            + "To: Ana <ana@bench.test>, Bo <bo@bench.test>\r\n"
            + "Subject: Figures of this week\r\nDate: Mon, 23 Nov 2026 10:00:00 +0000\r\n"
            + "Message-ID: <1.2.3@elsewhere.test>\r\nMIME-Version: 1.0\r\n";
    String type = "Content-Type: text/plain; charset=utf-8\r\n\r\n";
    String text =
        switch (kind) {
          case PLAIN -> header + type + lines(random, 4096);
          case ALTERNATIVE ->
              header
                  + "Content-Type: multipart/alternative; boundary=\"=_b1\"\r\n\r\n--=_b1\r\n"
                  + type
                  + lines(random, 5000)
                  + "--=_b1\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
                  + lines(random, 11_000)
                  + "--=_b1--\r\n";
          case ATTACHMENT ->
              header
                  + "Content-Type: multipart/mixed; boundary=\"=_b1\"\r\n\r\n--=_b1\r\n"
                  + type
                  + lines(random, 2000)
                  + "--=_b1\r\nContent-Type: application/pdf; name=\"a.pdf\"\r\n"
                  + "Content-Transfer-Encoding: base64\r\n"
                  + "Content-Disposition: attachment; filename=\"a.pdf\"\r\n\r\n"
                  + lines(random, 1 << 20)
                  + "--=_b1--\r\n";
        };
    message = text.getBytes(StandardCharsets.US_ASCII);
    scanned = MimeScanner.scan(message);
    int parts = kind == Kind.PLAIN ? 0 : 2;
    if (scanned.children().size() != parts) {
      throw new IllegalStateException(scanned.children().size() + " parts");
    }
  }

  private static String lines(Random random, int octets) {
    StringBuilder s = new StringBuilder(octets + LINE);
    while (s.length() < octets) {
      for (int i = 0; i < LINE; i++) {
        s.append((char) ('a' + random.nextInt(26)));
      }
      s.append("\r\n");
    }
    return s.toString();
  }

  @Benchmark
  public Part scan() {
    return MimeScanner.scan(message);
  }

  @Benchmark
  public Part scanStream() throws IOException {
    return MimeScanner.scan(new ByteArrayInputStream(message));
  }

  /// The three rows that FETCH answers from.
  @Benchmark
  public int structure() {
    return ImapStructure.envelope(scanned).length
        + ImapStructure.body(scanned).length
        + ImapStructure.bodyStructure(scanned).length;
  }
}
