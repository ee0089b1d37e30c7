package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// How the cost of work grows with the number of messages in a mailbox, and with the number of
/// accounts. Prints a table, and draws lines on logarithmic axes: what does not grow is level, what
/// grows as the number of messages does rises by a decade in each. `bench/growth --help`.
public final class Growth {
  private static final String HELP =
      """
      bench/growth [options]   measures ./posthorn with ever more messages and accounts
        --large             1,000,000 messages and 10,000 accounts, too
        --quick             a tenth of all numbers: to see that everything works
        --only NAME,...     these workloads
        --part PART         messages or accounts
        --rounds N          measured rounds of each; the median counts (default 3)
        --server NAME       another one, as bench/run --peers takes it
        --memory MB         of the machine that Posthorn plans for (default 1024)
        --svg DIR           where the plots go (default target)
      """;

  private static final int[] MESSAGES = {1_000, 10_000, 100_000, 1_000_000};
  private static final int[] ACCOUNTS = {10, 1_000, 10_000};
  private static final int QUICK = 10;

  private final List<String> only = new ArrayList<>();
  private boolean large;
  private boolean quick;
  private String part = "";
  private int rounds = 3;
  private int memory = 1024;
  private String server = Setup.SELF;
  private Path directory = Path.of("target");

  /// Cost by workload and number.
  private final Map<String, Map<Integer, Double>> table = new LinkedHashMap<>();

  private Growth() {}

  public static void main(String[] args) throws Exception {
    Growth growth = new Growth();
    if (!growth.read(args)) {
      System.out.print(HELP);
      return;
    }
    System.exit(growth.run() ? 0 : 1);
  }

  private boolean read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--large" -> large = true;
        case "--quick" -> quick = true;
        default -> {
          if (i + 1 == args.length || !args[i].startsWith("--")) {
            return false;
          }
          read(args[i], args[++i]);
        }
      }
    }
    return true;
  }

  private void read(String option, String value) {
    switch (option) {
      case "--only" -> only.addAll(List.of(value.split(",")));
      case "--part" -> part = value;
      case "--rounds" -> rounds = Integer.parseInt(value);
      case "--memory" -> memory = Integer.parseInt(value);
      case "--server" -> server = value;
      case "--svg" -> directory = Path.of(value);
      default -> throw new IllegalArgumentException(option + " is unknown, see --help");
    }
  }

  private int[] sizes(int[] all) {
    return Arrays.stream(all, 0, large ? all.length : all.length - 1)
        .map(n -> quick ? Math.max(1, n / QUICK) : n)
        .toArray();
  }

  private boolean run() throws Exception {
    Launcher launcher = new Launcher(Path.of("").toAbsolutePath(), memory);
    String machine = Machine.line(Machine.describe(launcher.root(), memory));
    boolean well = true;
    System.out.println(machine);
    if (!part.equals("accounts")) {
      int[] sizes = sizes(MESSAGES);
      // Each size in an account of its own, all on one server.
      Setup setup = new Setup.Mailboxes("growth", sizes.length);
      try (Running running = setup.start(launcher, server)) {
        for (int i = 0; i < sizes.length; i++) {
          well &= measure(of(running.peer(), i), sizes[i], GrowthWork.ofMessages(sizes[i]));
        }
      }
      tell("messages", sizes, machine);
    }
    if (!part.equals("messages")) {
      int[] sizes = sizes(ACCOUNTS);
      for (int n : sizes) {
        try (Running running = new AtRest.Anybody("growth", n).start(launcher, server)) {
          well &= measure(running.peer(), n, GrowthWork.ofAccounts(n));
        }
      }
      tell("accounts", sizes, machine);
    }
    return well;
  }

  private static Peer of(Peer all, int account) {
    List<Peer.Login> one = List.of(all.accounts().get(account));
    return new Peer(all.name(), all.host(), all.ports(), one, all.pids(), all.sink());
  }

  private boolean measure(Peer peer, int size, List<Workload> works) {
    boolean well = true;
    for (Workload w : works) {
      if (!only.isEmpty() && !only.contains(w.name()) || !peer.offers(w.needs())) {
        continue;
      }
      System.err.println(w.name() + ", " + size);
      try {
        w.prepare(peer);
        Workload.Rounds times = w.rounds(new Workload.Rounds(1, rounds));
        for (int i = 0; i < times.warmUps(); i++) {
          w.round(peer);
        }
        double[] costs = new double[times.measured()];
        for (int i = 0; i < costs.length; i++) {
          double value = w.round(peer).value();
          costs[i] = w.lessIsBetter() ? value : 1000 / value;
        }
        Arrays.sort(costs);
        String unit = w.lessIsBetter() ? w.unit() : "ms";
        table
            .computeIfAbsent(w.name() + " " + unit, k -> new TreeMap<>())
            .put(size, costs[costs.length / 2]);
      } catch (Exception e) {
        System.err.println("FAILED " + w.name() + ", " + size + ": " + e);
        well = false;
      }
    }
    return well;
  }

  private void tell(String of, int[] sizes, String machine) throws IOException {
    StringBuilder text = new StringBuilder(String.format("%n%-26s", of));
    for (int n : sizes) {
      text.append(String.format(Locale.ROOT, "%12d", n));
    }
    text.append("   grows as\n");
    table.forEach((name, costs) -> {
      text.append(String.format("%-26s", name));
      for (int n : sizes) {
        Double cost = costs.get(n);
        text.append(String.format("%12s", Result.number(cost == null ? Double.NaN : cost)));
      }
      text.append(String.format(Locale.ROOT, "   n^%.2f%n", exponent(costs)));
    });
    System.out.print(text);
    Path file = directory.resolve("growth-" + of + ".svg");
    Files.createDirectories(directory);
    Files.writeString(file, GrowthPlot.draw("Cost by " + of, of, table, machine));
    System.out.println(file);
    table.clear();
  }

  /// Of the line through the points on logarithmic axes: 0 what does not grow, 1 what grows with
  /// the number. A logarithm looks like a small number.
  static double exponent(Map<Integer, Double> costs) {
    double n = costs.size();
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double sxy = 0;
    for (Map.Entry<Integer, Double> e : costs.entrySet()) {
      double x = Math.log(e.getKey());
      double y = Math.log(Math.max(1e-6, e.getValue()));
      sx += x;
      sy += y;
      sxx += x * x;
      sxy += x * y;
    }
    double below = n * sxx - sx * sx;
    return below == 0 ? Double.NaN : (n * sxy - sx * sy) / below;
  }
}
