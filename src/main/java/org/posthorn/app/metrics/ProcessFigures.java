package org.posthorn.app.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/// What the JVM and the kernel know about this process.
///
/// @implNote The JDK's management classes are loaded when somebody asks, and not at the start.
public final class ProcessFigures {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String RESIDENT = "VmRSS:";

  private ProcessFigures() {}

  public static void describe(Figures figures) {
    figures
        .gauge("heap_used_bytes", "Heap in use.", () -> heap(MemoryUsage::getUsed))
        .gauge("heap_committed_bytes", "Heap held.", () -> heap(MemoryUsage::getCommitted))
        .gauge("heap_max_bytes", "Largest heap.", () -> heap(MemoryUsage::getMax))
        .gauge("resident_bytes", "Memory of the process.", ProcessFigures::resident)
        .gauge(
            "threads",
            "Platform threads.",
            () -> ManagementFactory.getThreadMXBean().getThreadCount())
        .gauge(
            "open_files",
            "Open files and sockets.",
            () -> system(b -> b.getOpenFileDescriptorCount()))
        .gauge(
            "open_files_max",
            "Most of them allowed.",
            () -> system(b -> b.getMaxFileDescriptorCount()))
        .gauge(
            "uptime_seconds",
            "Since the start.",
            () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1e3)
        .counter("cpu_seconds", "Processor time.", () -> system(b -> b.getProcessCpuTime() / 1e9))
        .counter("gc_runs", "Collections.", () -> collectors(g -> g.getCollectionCount()))
        .counter(
            "gc_seconds", "Time collecting.", () -> collectors(g -> g.getCollectionTime()) / 1e3);
  }

  private static double heap(ToLongFunction<MemoryUsage> value) {
    return value.applyAsLong(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
  }

  private static double collectors(ToLongFunction<GarbageCollectorMXBean> value) {
    long sum = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      // Less than 0: this one does not tell.
      sum += Math.max(0, value.applyAsLong(collector));
    }
    return sum;
  }

  private static double system(ToDoubleFunction<UnixOperatingSystemMXBean> value) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? value.applyAsDouble(unix)
        : Double.NaN;
  }

  /// Only Linux tells; elsewhere it is no number.
  private static double resident() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(RESIDENT)) {
          String kib = line.substring(RESIDENT.length()).replace("kB", "").strip();
          return 1024.0 * Long.parseLong(kib);
        }
      }
    } catch (IOException e) {
      // no such file
    }
    return Double.NaN;
  }
}
