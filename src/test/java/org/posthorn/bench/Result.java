package org.posthorn.bench;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// What came of one workload.
///
/// @param figures by server, ourselves first
record Result(Workload workload, Map<String, Figures> figures) {

  /// What came of one workload with one server.
  ///
  /// @param value the median of `rounds`
  /// @param cpuMillis of the server's processes for each operation; NaN if they are not known
  /// @param peakMiB the most resident memory; NaN if its processes are not known
  /// @param more medians of further figures
  record Figures(
      double value, double[] rounds, double cpuMillis, double peakMiB, Map<String, Double> more) {
    static Figures of(List<Workload.Measure> measures, boolean local, long cpu, long peakKiB) {
      double[] rounds = measures.stream().mapToDouble(Workload.Measure::value).toArray();
      long operations = measures.stream().mapToLong(Workload.Measure::operations).sum();
      Map<String, Double> more = new LinkedHashMap<>();
      for (String name : measures.getLast().more().keySet()) {
        more.put(
            name,
            median(measures.stream().mapToDouble(m -> m.more().getOrDefault(name, 0.0)).toArray()));
      }
      return new Figures(
          median(rounds),
          rounds,
          local ? (double) cpu / operations : Double.NaN,
          local ? peakKiB / 1024.0 : Double.NaN,
          more);
    }

    private static double median(double[] values) {
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      int middle = sorted.length / 2;
      return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
  }

  /// How much better a server is than another: above 1 is better.
  double times(String one, String other) {
    double a = figures.get(one).value;
    double b = figures.get(other).value;
    return workload.lessIsBetter() ? b / a : a / b;
  }

  /// The best of the others, or null if there are none or we are not there.
  String bestPeer() {
    if (!figures.containsKey(Setup.SELF)) {
      return null;
    }
    String best = null;
    for (String name : figures.keySet()) {
      // Names like posthorn-unchecked are ourselves, too.
      if (!name.startsWith(Setup.SELF) && (best == null || times(name, best) > 1)) {
        best = name;
      }
    }
    return best;
  }

  /// One table for reading, a line for each server of each workload; the ratio is ours to the best
  /// of the others.
  static String table(String head, List<Result> results) {
    int name = Math.max(8, width(results.stream().map(r -> r.workload.name()).toList()));
    int server =
        Math.max(8, width(results.stream().flatMap(r -> r.figures.keySet().stream()).toList()));
    String format = "%-" + name + "s  %-" + server + "s  %9s %-11s %7s  %10s  %8s  %s%n";
    StringBuilder text = new StringBuilder(head + "\n\n");
    text.append(
        String.format(
            format, "workload", "server", "median", "unit", "ratio", "CPU ms/op", "peak MiB", ""));
    for (Result r : results) {
      String best = r.bestPeer();
      boolean first = true;
      for (Map.Entry<String, Figures> e : r.figures.entrySet()) {
        Figures f = e.getValue();
        String ratio =
            e.getKey().equals(Setup.SELF) && best != null
                ? number(r.times(Setup.SELF, best)) + "x"
                : "";
        text.append(
            String.format(
                format,
                first ? r.workload.name() : "",
                e.getKey(),
                number(f.value),
                first ? r.workload.unit() : "",
                ratio,
                number(f.cpuMillis),
                number(f.peakMiB),
                rest(f)));
        first = false;
      }
    }
    return text.toString();
  }

  private static int width(List<String> texts) {
    return texts.stream().mapToInt(String::length).max().orElse(0);
  }

  private static String rest(Figures f) {
    String rounds =
        f.rounds.length < 2
            ? ""
            : "rounds "
                + Arrays.stream(f.rounds).mapToObj(Result::number).collect(Collectors.joining(" "));
    String more =
        f.more.entrySet().stream()
            .map(e -> e.getKey() + " " + number(e.getValue()))
            .collect(Collectors.joining("; "));
    return rounds + (rounds.isEmpty() || more.isEmpty() ? "" : "; ") + more;
  }

  /// An object with the head's fields and `workloads`, a list.
  static String json(Map<String, String> head, List<Result> results) {
    StringBuilder text = new StringBuilder("{\n");
    head.forEach(
        (k, v) -> text.append("  ").append(quoted(k)).append(": ").append(quoted(v)).append(",\n"));
    text.append("  \"workloads\": [\n");
    text.append(results.stream().map(Result::json).collect(Collectors.joining(",\n")));
    return text.append("\n  ]\n}\n").toString();
  }

  private String json() {
    StringBuilder text = new StringBuilder("    {\"name\": ").append(quoted(workload.name()));
    text.append(", \"what\": ").append(quoted(workload.what()));
    text.append(", \"unit\": ").append(quoted(workload.unit()));
    text.append(", \"lessIsBetter\": ").append(workload.lessIsBetter());
    String best = bestPeer();
    if (best != null) {
      text.append(", \"best\": ").append(quoted(best));
      text.append(", \"ratio\": ").append(number(times(Setup.SELF, best)));
    }
    return text.append(", \"servers\": {\n")
        .append(
            figures.entrySet().stream()
                .map(e -> "      " + quoted(e.getKey()) + ": " + json(e.getValue()))
                .collect(Collectors.joining(",\n")))
        .append("}}")
        .toString();
  }

  private static String json(Figures f) {
    StringBuilder text = new StringBuilder("{\"median\": ").append(number(f.value));
    text.append(", \"rounds\": [");
    text.append(Arrays.stream(f.rounds).mapToObj(Result::number).collect(Collectors.joining(", ")));
    text.append(']');
    if (!Double.isNaN(f.cpuMillis)) {
      text.append(", \"cpuMillis\": ").append(number(f.cpuMillis));
      text.append(", \"peakMiB\": ").append(number(f.peakMiB));
    }
    f.more.forEach((k, v) -> text.append(", ").append(quoted(k)).append(": ").append(number(v)));
    return text.append('}').toString();
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  /// Three digits, or four; a dash for what is not known.
  static String number(double v) {
    if (Double.isNaN(v)) {
      return "-";
    }
    return String.format(
        Locale.ROOT, v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : v >= 1 ? "%.2f" : "%.3f", v);
  }
}
