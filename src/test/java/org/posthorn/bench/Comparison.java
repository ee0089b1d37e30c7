package org.posthorn.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Posthorn beside other servers in one run: all are started and filled, then they take turns round
/// by round, so that what else the machine does hits all alike. Medians and ratios.
final class Comparison {
  private static final String SELF = "posthorn";
  private static final int ACCOUNTS = 32;

  private final Path root;
  private final List<String> peers;
  private final Scenario.Rounds rounds;
  private final Map<String, AutoCloseable> servers = new LinkedHashMap<>();
  private final Map<String, Peer> running = new LinkedHashMap<>();

  /// @param peers dovecot-sdbox, dovecot-mdbox, dovecot-maildir
  Comparison(Path root, List<String> peers, Scenario.Rounds rounds) {
    this.root = root;
    this.peers = peers;
    this.rounds = rounds;
  }

  /// Measures and prints; false if something failed.
  boolean run(List<ImapWork> works) throws Exception {
    boolean well = true;
    try {
      start();
      System.out.printf(Locale.ROOT, "%-14s %-11s", "name", "unit");
      running.keySet().forEach(p -> System.out.printf(" %15s", p));
      System.out.println("   best peer / posthorn, or the inverse: more is better for us");
      for (ImapWork w : works) {
        try {
          System.out.println(line(w, measure(w)));
        } catch (Exception e) {
          System.err.println("FAILED " + w.name() + ": " + e);
          well = false;
        }
      }
    } finally {
      for (AutoCloseable s : servers.values()) {
        s.close();
      }
    }
    return well;
  }

  private void start() throws Exception {
    DevServer self = DevServer.start(root, ACCOUNTS);
    servers.put(SELF, self);
    running.put(SELF, self.peer());
    for (String p : peers) {
      if (!p.startsWith("dovecot-")) {
        throw new IllegalArgumentException("unknown peer " + p);
      }
      DovecotServer d = DovecotServer.start(root, p.substring("dovecot-".length()), ACCOUNTS);
      servers.put(p, d);
      running.put(p, d.peer());
    }
  }

  private Map<String, Double> measure(ImapWork w) throws Exception {
    for (Map.Entry<String, Peer> p : running.entrySet()) {
      w.prepare(p.getValue(), text -> System.err.println(p.getKey() + ": " + text));
    }
    System.err.println(w.name() + " ...");
    Map<String, double[]> values = new LinkedHashMap<>();
    for (int r = 0; r < rounds.warmUps() + rounds.measured(); r++) {
      for (Map.Entry<String, Peer> p : running.entrySet()) {
        double v = w.round().run(p.getValue());
        if (r >= rounds.warmUps()) {
          values
                  .computeIfAbsent(p.getKey(), k -> new double[rounds.measured()])[
                  r - rounds.warmUps()] =
              v;
        }
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    values.forEach((name, all) -> {
      Arrays.sort(all);
      medians.put(name, all[all.length / 2]);
    });
    return medians;
  }

  private static String line(ImapWork w, Map<String, Double> medians) {
    var b = new StringBuilder(String.format(Locale.ROOT, "%-14s %-11s", w.name(), w.unit()));
    medians.values().forEach(v -> b.append(String.format(Locale.ROOT, " %15.2f", v)));
    List<Double> others = new ArrayList<>(medians.values());
    double self = others.removeFirst();
    if (!others.isEmpty()) {
      double best =
          others.stream()
              .reduce((x, y) -> w.lessIsBetter() ? Math.min(x, y) : Math.max(x, y))
              .orElseThrow();
      double ratio = w.lessIsBetter() ? best / self : self / best;
      b.append(String.format(Locale.ROOT, "   %.2f", ratio));
    }
    return b.append("   ").append(w.what()).toString();
  }
}
