package org.posthorn.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Lines on logarithmic axes, as SVG.
final class GrowthPlot {
  private static final int WIDTH = 860;
  private static final int HEIGHT = 520;
  private static final int LEFT = 70;
  private static final int RIGHT = 640; // behind it stand the names
  private static final int TOP = 50;
  private static final int BOTTOM = 440;
  private static final int LINE = 15;

  private static final List<String> COLOURS =
      List.of(
          "#0969da", "#bf8700", "#8250df", "#1a7f37", "#cf222e", "#0a7ea4", "#bc4c00", "#6639ba",
          "#4d9375", "#a40e26");

  private final Map<String, Map<Integer, Double>> lines;
  private final StringBuilder out = new StringBuilder();
  private double minX = Double.MAX_VALUE;
  private double maxX = -Double.MAX_VALUE;
  private double minY = Double.MAX_VALUE;
  private double maxY = -Double.MAX_VALUE;

  private GrowthPlot(Map<String, Map<Integer, Double>> lines) {
    this.lines = lines;
    for (Map<Integer, Double> points : lines.values()) {
      for (Map.Entry<Integer, Double> p : points.entrySet()) {
        minX = Math.min(minX, log(p.getKey()));
        maxX = Math.max(maxX, log(p.getKey()));
        minY = Math.min(minY, Math.floor(log(p.getValue())));
        maxY = Math.max(maxY, Math.ceil(log(p.getValue())));
      }
    }
  }

  /// @param lines cost by number, by name
  static String draw(String title, String x, Map<String, Map<Integer, Double>> lines, String foot) {
    return new GrowthPlot(lines).draw(title, x, foot);
  }

  private String draw(String title, String x, String foot) {
    add("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d'", WIDTH, HEIGHT);
    add(" width='%d' height='%d' role='img' aria-label='%s'>%n", WIDTH, HEIGHT, title);
    add("<style>text{font:12px sans-serif;fill:#57606a}line{stroke:#8b949e55}");
    add("polyline{fill:none;stroke-width:2}</style>%n");
    add("<rect width='%d' height='%d' fill='#ffffff'/>%n", WIDTH, HEIGHT);
    add("<text x='%d' y='24' style='font-size:16px'>%s</text>%n", LEFT, title);
    if (!lines.isEmpty()) {
      axes(x);
      int n = 0;
      for (Map.Entry<String, Map<Integer, Double>> e : lines.entrySet()) {
        line(n++, e.getKey(), e.getValue());
      }
    }
    add("<text x='16' y='%d' style='font-size:10px'>%s</text>%n", HEIGHT - 14, foot);
    return add("</svg>%n").toString();
  }

  private void axes(String x) {
    for (int decade = (int) minY; decade <= maxY; decade++) {
      double y = y(decade);
      add("<line x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, RIGHT, y, y);
      add("<text x='%d' y='%.1f' text-anchor='end'>%s</text>%n", LEFT - 6, y + 4, power(decade));
    }
    for (int decade = (int) Math.ceil(minX - 1e-9); decade <= maxX + 1e-9; decade++) {
      double at = x(decade);
      add("<line x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>", at, at, TOP, BOTTOM);
      add("<text x='%.1f' y='%d' text-anchor='middle'>%s</text>%n", at, BOTTOM + 18, power(decade));
    }
    add("<text x='%d' y='%d' text-anchor='end'>%s</text>%n", RIGHT, BOTTOM + 38, x);
  }

  private void line(int n, String name, Map<Integer, Double> points) {
    String colour = COLOURS.get(n % COLOURS.size());
    String dashes = n < COLOURS.size() ? "" : " stroke-dasharray='5 3'";
    add("<polyline stroke='%s'%s points='", colour, dashes);
    points.forEach((px, py) -> add("%.1f,%.1f ", x(log(px)), y(log(py))));
    add("'/>%n");
    int y = TOP + 10 + n * (LINE + 4);
    add("<rect x='%d' y='%d' width='12' height='4' fill='%s'/>", RIGHT + 16, y - 6, colour);
    add("<text x='%d' y='%d'>%s, n^%.2f</text>%n", RIGHT + 34, y, name, Growth.exponent(points));
  }

  private double x(double log) {
    double width = Math.max(1e-9, maxX - minX);
    return LEFT + (RIGHT - LEFT) * (log - minX) / width;
  }

  private double y(double log) {
    double height = Math.max(1e-9, maxY - minY);
    return BOTTOM - (BOTTOM - TOP) * (log - minY) / height;
  }

  private static double log(double v) {
    return Math.log10(Math.max(1e-6, v));
  }

  private static String power(int decade) {
    return decade >= 0
        ? String.format(Locale.ROOT, "%,.0f", Math.pow(10, decade))
        : String.format(Locale.ROOT, "%." + -decade + "f", Math.pow(10, decade));
  }

  private StringBuilder add(String format, Object... values) {
    return out.append(String.format(Locale.ROOT, format, values));
  }
}
