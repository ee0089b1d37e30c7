package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What processes and all they started have used, as /proc of Linux tells it. A process that ends
/// meanwhile is counted where its parent has waited for it.
record Processes(List<Long> roots) {
  /// Clock ticks a second; the same on all Linux machines of our time.
  private static final int TICKS = 100;

  private static final int UTIME = 11;
  private static final int CHILDREN_STIME = 14;

  private List<Long> all() {
    List<Long> all = new ArrayList<>();
    for (Long root : roots) {
      ProcessHandle.of(root)
          .ifPresent(p -> {
            all.add(root);
            p.descendants().forEach(d -> all.add(d.pid()));
          });
    }
    return all;
  }

  /// Milliseconds so far.
  long cpuMillis() {
    long ticks = 0;
    for (Long pid : all()) {
      try {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        for (int i = UTIME; i <= CHILDREN_STIME; i++) {
          ticks += Long.parseLong(fields[i]);
        }
      } catch (IOException e) {
        // It has ended.
      }
    }
    return ticks * 1000 / TICKS;
  }

  /// Resident memory in KiB. Pages that processes share are counted for each.
  long rss() {
    return sum("VmRSS:");
  }

  /// The most resident memory of each since the last [#resetPeak], added, in KiB.
  long peak() {
    return sum("VmHWM:");
  }

  void resetPeak() {
    for (Long pid : all()) {
      try {
        Files.writeString(Path.of("/proc/" + pid + "/clear_refs"), "5");
      } catch (IOException e) {
        // It has ended, or is not ours: then the peak is that of its whole life.
      }
    }
  }

  private long sum(String field) {
    long kib = 0;
    for (Long pid : all()) {
      try {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
          if (line.startsWith(field)) {
            kib += Long.parseLong(line.replaceAll("\\D", ""));
          }
        }
      } catch (IOException e) {
        // It has ended.
      }
    }
    return kib;
  }
}
