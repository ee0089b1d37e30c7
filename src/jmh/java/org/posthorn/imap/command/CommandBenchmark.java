package org.posthorn.imap.command;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.posthorn.imap.wire.ImapReader;

/// A line of a client, from its tag to the command that can be run.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CommandBenchmark {
  @Param({
    "a1 NOOP",
    "a2 FETCH 1:* (FLAGS UID ENVELOPE)",
    "a3 UID FETCH 17,19:44,51:* (UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Subject"
        + " Date Message-ID Priority References List-ID)])",
    "a4 UID STORE 4711 +FLAGS.SILENT (\\Seen $Forwarded)",
    "a5 UID SEARCH RETURN (ALL COUNT) OR (FROM \"ana\" SINCE 1-Nov-2026) (UNSEEN NOT SUBJECT"
        + " \"figures of the week\")"
  })
  public String line;

  @Benchmark
  public Command parse() throws IOException {
    ImapReader in = ImapReader.ofLine(line);
    in.tag();
    in.expectSpace();
    return Verb.read(in).parse(in);
  }
}
