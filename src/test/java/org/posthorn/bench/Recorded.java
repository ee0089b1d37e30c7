package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/// What a recording of the flight recorder tells of a server: frames that are hot, and sites that
/// allocate.
final class Recorded {
  private static final String OURS = "org.posthorn.";

  private final Map<String, Long> self = new HashMap<>();
  private final Map<String, Long> inclusive = new HashMap<>();
  private final Map<String, Long> sites = new HashMap<>(); // octets
  private final Map<String, Long> threads = new HashMap<>();
  private long samples;
  private long unseen; // samples without a stack
  private long octets;
  private boolean cpuTime;

  private final Instant begin;

  private Recorded(Instant begin) {
    this.begin = begin;
  }

  /// @param begin what was recorded before is passed over
  static Recorded read(Path file, Instant begin) throws IOException {
    Recorded r = new Recorded(begin);
    // Samples of the processor's time where the JDK takes them, else of threads that run.
    r.read(file, "jdk.CPUTimeSample");
    r.cpuTime = r.samples > 0;
    if (!r.cpuTime) {
      r.read(file, "jdk.ExecutionSample");
    }
    r.read(file, "jdk.ObjectAllocationSample");
    return r;
  }

  private void read(Path file, String type) throws IOException {
    try (RecordingFile recording = new RecordingFile(file)) {
      while (recording.hasMoreEvents()) {
        RecordedEvent e = recording.readEvent();
        if (!e.getEventType().getName().equals(type) || e.getStartTime().isBefore(begin)) {
          continue;
        }
        if (type.equals("jdk.ObjectAllocationSample")) {
          allocation(e);
        } else {
          sample(e, type);
        }
      }
    }
  }

  private void sample(RecordedEvent e, String type) {
    samples++;
    String field = type.equals("jdk.CPUTimeSample") ? "eventThread" : "sampledThread";
    var thread = e.getThread(field);
    String name = thread == null ? "?" : thread.getJavaName();
    threads.merge(name == null || name.isEmpty() ? "virtual" : group(name), 1L, Long::sum);
    RecordedStackTrace stack = e.getStackTrace();
    if (stack == null || stack.getFrames().isEmpty()) {
      unseen++;
      return;
    }
    self.merge(name(stack.getFrames().getFirst()), 1L, Long::sum);
    Set<String> seen = new HashSet<>();
    for (RecordedFrame f : stack.getFrames()) {
      String frame = name(f);
      if (frame.startsWith(OURS) && seen.add(frame)) {
        inclusive.merge(frame, 1L, Long::sum);
      }
    }
  }

  /// One name for all threads of a kind.
  private static String group(String thread) {
    return thread.replaceAll("\\d+", "#");
  }

  /// A sample stands for all that its thread has allocated since the one before.
  private void allocation(RecordedEvent e) {
    long weight = e.getLong("weight");
    octets += weight;
    String site = "elsewhere";
    RecordedStackTrace stack = e.getStackTrace();
    if (stack != null) {
      for (RecordedFrame f : stack.getFrames()) {
        String frame = name(f);
        if (frame.startsWith(OURS)) {
          site = frame + ":" + f.getLineNumber();
          break;
        }
      }
    }
    sites.merge(site + "  " + e.getClass("objectClass").getName(), weight, Long::sum);
  }

  private static String name(RecordedFrame f) {
    return f.getMethod().getType().getName() + "." + f.getMethod().getName();
  }

  String table(long operations, int lines) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d samples of %s, %d without a stack%n"
            .formatted(samples, cpuTime ? "CPU time" : "running threads", unseen));
    part(text, "hottest frames, by themselves", self, lines);
    part(text, "hottest frames of ours, with all they call", inclusive, lines);
    part(text, "threads", threads, lines);
    text.append(
        String.format(
            Locale.ROOT,
            "%n%s KiB allocated by each operation; sites%n",
            Result.number(octets / 1024.0 / operations)));
    for (Map.Entry<String, Long> e : top(sites, lines)) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %5.1f %%  %10.0f octets  %s%n",
              100.0 * e.getValue() / octets,
              (double) e.getValue() / operations,
              e.getKey()));
    }
    return text.toString();
  }

  private void part(StringBuilder text, String title, Map<String, Long> counts, int lines) {
    text.append(String.format("%n%s%n", title));
    for (Map.Entry<String, Long> e : top(counts, lines)) {
      text.append(
          String.format(
              Locale.ROOT, "  %5.1f %%  %s%n", 100.0 * e.getValue() / samples, e.getKey()));
    }
  }

  private static List<Map.Entry<String, Long>> top(Map<String, Long> counts, int lines) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(lines)
        .toList();
  }
}
