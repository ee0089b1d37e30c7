package org.posthorn.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Bars for reading at a glance, as SVG: for each workload one bar for each server, as long as it
/// is fast, the fastest as long as the room. Colours follow the reader's light or dark mode.
final class Chart {
  private static final int WIDTH = 860;
  private static final int LABELS = 250;
  private static final int BARS = 430;
  private static final int BAR = 13;
  private static final int GAP = 14;
  private static final int TOP = 76;
  private static final int LINE = 16;
  private static final int SHORTEST = 2;
  private static final int FOOT_COLUMNS = 118;
  private static final int WHAT_COLUMNS = 38;

  /// Colours of servers in order, ourselves first; for light and for dark.
  private static final List<String> LIGHT = List.of("#0969da", "#bf8700", "#8250df", "#57606a");

  private static final List<String> DARK = List.of("#58a6ff", "#d29922", "#bc8cff", "#8b949e");

  private final List<Result> results;
  private final List<String> servers;
  private final StringBuilder out = new StringBuilder();

  private Chart(List<Result> results) {
    this.results = results.stream().filter(r -> !r.figures().isEmpty()).toList();
    this.servers =
        this.results.stream().flatMap(r -> r.figures().keySet().stream()).distinct().toList();
  }

  /// @param foot where the figures come from
  static String draw(List<Result> results, String foot) {
    return new Chart(results).draw(foot);
  }

  private String draw(String foot) {
    List<String> footLines = wrapped(foot);
    int height = TOP + footLines.size() * LINE + LINE;
    for (Result r : results) {
      height += height(r);
    }
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d' viewBox='0 0 %d %d'"
            + " role='img' aria-label='Posthorn beside other mail servers'>",
        WIDTH, height, WIDTH, height);
    style();
    add("<rect class='ground' width='%d' height='%d' rx='8'/>", WIDTH, height);
    add("<text class='title' x='16' y='28'>Posthorn beside other mail servers</text>");
    add(
        "<text class='small' x='16' y='46'>Longer is better. Medians; on the right, how many times"
            + " better than the best of the others.</text>");
    legend();
    int y = TOP;
    for (Result r : results) {
      workload(r, y);
      y += height(r);
    }
    for (String line : footLines) {
      y += LINE;
      add("<text class='small' x='16' y='%d'>%s</text>", y, escaped(line));
    }
    return out.append("</svg>\n").toString();
  }

  private static int height(Result r) {
    int lines = 1 + wrapped(r.workload().what(), WHAT_COLUMNS).size();
    return Math.max(lines * (LINE - 2), r.figures().size() * (BAR + 2)) + GAP;
  }

  private void style() {
    out.append("<style>\n");
    out.append("text{font:12px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif}\n");
    out.append(
        ".title{font-size:17px;font-weight:600}.name{font-weight:600}.small{font-size:11px}\n");
    out.append(".ratio{font-size:15px;font-weight:600}\n");
    colours("#ffffff", "#1f2328", "#59636e", LIGHT);
    out.append("@media(prefers-color-scheme:dark){\n");
    colours("#0d1117", "#f0f6fc", "#9198a1", DARK);
    out.append("}\n</style>\n");
  }

  private void colours(String ground, String text, String small, List<String> bars) {
    add(".ground{fill:%s}text{fill:%s}.small{fill:%s}", ground, text, small);
    for (int i = 0; i < bars.size(); i++) {
      add(".s%d{fill:%s}", i, bars.get(i));
    }
  }

  private String colour(String server) {
    return "s" + Math.min(servers.indexOf(server), LIGHT.size() - 1);
  }

  private void legend() {
    int x = 16;
    for (String s : servers) {
      add("<rect class='%s' x='%d' y='56' width='11' height='11' rx='2'/>", colour(s), x);
      add("<text x='%d' y='66'>%s</text>", x + 16, escaped(s));
      x += 40 + 7 * s.length();
    }
  }

  private void workload(Result r, int top) {
    add("<text class='name' x='16' y='%d'>%s</text>", top + 12, escaped(r.workload().name()));
    int line = top + 12;
    for (String what : wrapped(r.workload().what(), WHAT_COLUMNS)) {
      line += LINE - 2;
      add("<text class='small' x='16' y='%d'>%s</text>", line, escaped(what));
    }
    double best = r.figures().values().stream().mapToDouble(f -> speed(r, f)).max().orElse(1);
    int y = top + 2;
    for (Map.Entry<String, Result.Figures> e : r.figures().entrySet()) {
      Result.Figures f = e.getValue();
      double length = Math.max(SHORTEST, BARS * speed(r, f) / best);
      add(
          "<rect class='%s' x='%d' y='%d' width='%.1f' height='%d' rx='2'/>",
          colour(e.getKey()), LABELS, y, length, BAR);
      add(
          "<text class='small' x='%.1f' y='%d'>%s %s</text>",
          LABELS + length + 5, y + 10, Result.number(f.value()), escaped(r.workload().unit()));
      y += BAR + 2;
    }
    String peer = r.bestPeer();
    if (peer != null) {
      add(
          "<text class='ratio' x='%d' y='%d' text-anchor='end'>%s×</text>",
          WIDTH - 16, top + 14, Result.number(r.times(Setup.SELF, peer)));
    }
  }

  private static double speed(Result r, Result.Figures f) {
    return r.workload().lessIsBetter() ? 1 / f.value() : f.value();
  }

  private static List<String> wrapped(String text) {
    return wrapped(text, FOOT_COLUMNS);
  }

  private static List<String> wrapped(String text, int columns) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
  }

  private void add(String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
