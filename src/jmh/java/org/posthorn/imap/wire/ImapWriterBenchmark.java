package org.posthorn.imap.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Responses of a FETCH, and strings. A score is the time of one response.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ImapWriterBenchmark {
  private static final int RESPONSES = 1000;

  /// Takes what is written, and looks at it a little, so that nothing can be left out.
  private static final class Sink extends OutputStream {
    long octets;
    int last;

    @Override
    public void write(int b) {
      octets++;
      last = b;
    }

    @Override
    public void write(byte[] b, int off, int len) {
      octets += len;
      last += b[off] + b[off + len - 1];
    }
  }

  private final byte[] envelope =
      ("(\"Mon, 23 Nov 2026 10:00:00 +0000\" \"Message 17 of session 3\" ((\"Bench\" NIL \"bench\""
              + " \"elsewhere.test\")) ((\"Bench\" NIL \"bench\" \"elsewhere.test\")) ((\"Bench\""
              + " NIL \"bench\" \"elsewhere.test\")) ((NIL NIL \"bench\" \"bench.test\")) NIL NIL"
              + " NIL \"<imap.3.17@elsewhere.test>\")")
          .getBytes(StandardCharsets.US_ASCII);
  private final byte[] flags = "\\Seen \\Flagged".getBytes(StandardCharsets.US_ASCII);
  private final byte[] text = new byte[4096];
  private Sink sink;
  private ImapWriter out;

  @Setup
  public void open() {
    sink = new Sink();
    out = new ImapWriter(sink);
  }

  @Benchmark
  @OperationsPerInvocation(RESPONSES)
  public long metadata() throws IOException {
    for (int i = 1; i <= RESPONSES; i++) {
      out.untagged().number(i).raw(" FETCH (FLAGS (").raw(flags).raw(") UID ").number(70_000L + i);
      out.raw(" ENVELOPE ").raw(envelope).raw(")\r\n");
    }
    out.flush();
    return sink.octets + sink.last;
  }

  @Benchmark
  @OperationsPerInvocation(RESPONSES)
  public long texts() throws IOException {
    for (int i = 1; i <= RESPONSES; i++) {
      out.untagged().number(i).raw(" FETCH (BODY[] ").literal(text.length).raw(text).raw(")\r\n");
    }
    out.flush();
    return sink.octets + sink.last;
  }

  @Benchmark
  @OperationsPerInvocation(RESPONSES)
  public long names() throws IOException {
    for (int i = 1; i <= RESPONSES; i++) {
      out.raw("* LIST (\\HasNoChildren) \"/\" ").mailbox("Projects/Été " + i).crlf();
    }
    out.flush();
    return sink.octets + sink.last;
  }
}
