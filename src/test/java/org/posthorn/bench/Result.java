package org.posthorn.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One line of the table.
///
/// @param value the median of `rounds`
/// @param details further figures by name
record Result(
    String name,
    String what,
    double value,
    String unit,
    double[] rounds,
    Map<String, Double> details) {

  static Result of(
      String name, String what, String unit, double[] rounds, Map<String, Double> details) {
    double[] sorted = rounds.clone();
    java.util.Arrays.sort(sorted);
    return new Result(
        name, what, sorted[sorted.length / 2], unit, rounds, new LinkedHashMap<>(details));
  }

  static String table(List<Result> results) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(Locale.ROOT, "%-14s %10s %-10s  %s%n", "name", "value", "unit", "what"));
    for (Result r : results) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-14s %10s %-10s  %s%s%n",
              r.name,
              number(r.value),
              r.unit,
              r.what,
              r.rest()));
    }
    return text.toString();
  }

  private String rest() {
    StringBuilder text = new StringBuilder();
    if (rounds.length > 1) {
      text.append("; rounds");
      for (double r : rounds) {
        text.append(' ').append(number(r));
      }
    }
    details.forEach((k, v) -> text.append("; ").append(k).append(' ').append(number(v)));
    return text.toString();
  }

  static String json(List<Result> results) {
    StringBuilder text = new StringBuilder("[\n");
    for (int i = 0; i < results.size(); i++) {
      Result r = results.get(i);
      text.append("  {\"name\": \"").append(r.name).append("\", \"what\": \"").append(r.what);
      text.append("\", \"value\": ")
          .append(number(r.value))
          .append(", \"unit\": \"")
          .append(r.unit);
      text.append("\", \"rounds\": [");
      for (int n = 0; n < r.rounds.length; n++) {
        text.append(n == 0 ? "" : ", ").append(number(r.rounds[n]));
      }
      text.append(']');
      r.details.forEach((k, v) -> text.append(", \"").append(k).append("\": ").append(number(v)));
      text.append(i + 1 < results.size() ? "},\n" : "}\n");
    }
    return text.append("]\n").toString();
  }

  private static String number(double v) {
    return String.format(Locale.ROOT, v >= 100 ? "%.0f" : v >= 10 ? "%.1f" : "%.2f", v);
  }
}
