package org.posthorn.store;

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

/// A page of a mailbox's index as rows and back: what a change of a flag costs, and the first look
/// at a mailbox.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(3)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PageBenchmark {
  @Param({"16", "256"})
  public int entries;

  private Page page;
  private byte[] fixed;
  private byte[] changing;

  @Setup
  public void fill() {
    Random random = new Random(2);
    page = new Page(40, entries);
    long first = 40L << Page.SHIFT;
    long date = 1_795_000_000L;
    for (int i = 0; i < entries; i++) {
      date += random.nextInt(4000);
      long size = 1000 + random.nextInt(60_000);
      int flags = random.nextInt(4) == 0 ? 0 : Flags.SEEN;
      var e = new Page.Entry(first * 5 + 3L * i, size, date, 60, date, flags, 0, 0);
      page.add(e, first + i, 90_000L + random.nextInt(5000));
    }
    fixed = page.fixedRow();
    changing = page.changingRow();
    Page again = Page.decode(40, fixed, changing);
    if (again.count != entries || again.find(first + entries - 1) != entries - 1) {
      throw new IllegalStateException("the page is another one when read back");
    }
  }

  @Benchmark
  public byte[] encodeFixed() {
    return page.fixedRow();
  }

  @Benchmark
  public byte[] encodeChanging() {
    return page.changingRow();
  }

  @Benchmark
  public Object decode() {
    return Page.decode(40, fixed, changing);
  }

  @Benchmark
  public Object copy() {
    return page.copy();
  }
}
