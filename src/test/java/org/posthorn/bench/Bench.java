package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The load generator: speaks protocols and knows nothing of the server's inside, so that other
/// servers can be measured by the same. `bench/run --help`; the method is in bench/README.md.
public final class Bench {
  private static final String HELP =
      """
      bench/run [options]   measures ./posthorn and others beside it, in turns
        --peers NAME,...    beside: dovecot (or dovecot-sdbox, -mdbox, -maildir), postfix, cyrus
        --install           brings those by apt-get; needs root, as they do
        --only NAME,...     these workloads; smtp* for all that begin so
        --list              names the workloads, and does nothing
        --quick             small and imprecise, to see that everything works
        --chart             what the chart in README.md shows, beside dovecot, postfix and cyrus;
                            writes it, its caption and target/bench.json
        --rounds N          measured rounds of each; the median counts (default 3)
        --warm-ups N        rounds before them that are not counted (default 2); a JVM is at its best
                            after some thirty seconds of work
        --seconds N         how long a round of deliveries sends (default 3)
        --messages N        in the mailbox that IMAP works on (default 10000)
        --connections N     idle connections (default 10000)
        --memory MB         of the machine that Posthorn plans for (default 1024)
        --json FILE         writes the table as JSON, too
        --svg FILE          writes a bar chart, too

      bench/run --host H --ports smtp=25,lmtp=24,imap=143,imaps=993,pop3=110 \\
                --account NAME:PASSWORD... [--pid PID...]     measures a server that runs
      """;

  private static final int MILLIS = 1000;

  // What the chart shows.
  private static final List<String> CHART =
      List.of(
          "smtp-4k-32",
          "smtp-64k-32",
          "lmtp-4k-32",
          "fetch-meta",
          "fetch-bodies",
          "search-body",
          "select",
          "store",
          "append",
          "imap-mix",
          "pop3-retr",
          "idle-tls-in");
  private static final List<String> CHART_PEERS = List.of("dovecot", "postfix", "cyrus");
  private static final int CHART_SECONDS = 2;
  private static final int CHART_CONNECTIONS = 1000;
  private static final String CHART_FILE = "docs/images/bench.svg";
  private static final String CAPTION = "<!-- chart -->";
  private static final String CAPTION_END = "<!-- /chart -->";

  private final List<String> only = new ArrayList<>();
  private final List<Peer.Login> logins = new ArrayList<>();
  private final List<Long> pids = new ArrayList<>();
  private final List<String> peers = new ArrayList<>();
  private Map<String, Integer> ports = Map.of();
  private String host = "127.0.0.1";
  private Path json;
  private Path svg;
  private boolean quick;
  private boolean list;
  private boolean chart;
  private boolean install;
  private int rounds = 3;
  private int warmUps = 2;
  private int seconds = 3;
  private int messages = 10_000;
  private int connections = 10_000;
  private int memory = 1024;

  private Bench() {}

  public static void main(String[] args) throws Exception {
    Bench bench = new Bench();
    if (!bench.read(args)) {
      System.out.print(HELP);
      return;
    }
    System.exit(bench.run() ? 0 : 1);
  }

  private boolean read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      switch (option) {
        case "--help", "-h" -> {
          return false;
        }
        case "--quick" -> quick = true;
        case "--list" -> list = true;
        case "--chart" -> chart();
        case "--install" -> install = true;
        default -> {
          if (i + 1 == args.length) {
            throw new IllegalArgumentException(option + " is unknown or needs a value, see --help");
          }
          read(option, args[++i]);
        }
      }
    }
    return true;
  }

  private void chart() {
    chart = true;
    only.addAll(CHART);
    seconds = CHART_SECONDS;
    connections = CHART_CONNECTIONS;
    warmUps = 1;
    json = Path.of("target/bench.json");
    svg = Path.of(CHART_FILE);
  }

  private void read(String option, String value) {
    switch (option) {
      case "--only" -> only.addAll(List.of(value.split(",")));
      case "--peers" -> peers.addAll(List.of(value.split(",")));
      case "--host" -> host = value;
      case "--ports" -> ports = ports(value);
      case "--account" -> {
        int colon = value.indexOf(':');
        logins.add(new Peer.Login(value.substring(0, colon), value.substring(colon + 1)));
      }
      case "--pid" -> pids.add(Long.valueOf(value));
      case "--messages" -> messages = Integer.parseInt(value);
      case "--json" -> json = Path.of(value);
      case "--svg" -> svg = Path.of(value);
      case "--rounds" -> rounds = Integer.parseInt(value);
      case "--warm-ups" -> warmUps = Integer.parseInt(value);
      case "--seconds" -> seconds = Integer.parseInt(value);
      case "--connections" -> connections = Integer.parseInt(value);
      case "--memory" -> memory = Integer.parseInt(value);
      default -> throw new IllegalArgumentException(option + " is unknown, see --help");
    }
  }

  private static Map<String, Integer> ports(String text) {
    Map<String, Integer> ports = new HashMap<>();
    for (String one : text.split(",")) {
      String[] pair = one.split("=");
      ports.put(pair[0], Integer.valueOf(pair[1]));
    }
    return ports;
  }

  private boolean wanted(Workload w) {
    return only.isEmpty()
        || only.stream()
            .anyMatch(o ->
                o.endsWith("*")
                    ? w.name().startsWith(o.substring(0, o.length() - 1))
                    : w.name().equals(o));
  }

  private boolean run() throws Exception {
    Path root = Path.of("").toAbsolutePath();
    List<Workload> all = Workloads.all(Scale.of(quick, messages, connections, seconds * MILLIS));
    List<Workload> works = all.stream().filter(this::wanted).toList();
    if (list) {
      works.forEach(w -> System.out.printf("%-26s %s%n", w.name(), w.what()));
      return true;
    }
    if (chart && peers.isEmpty()) {
      peers.addAll(CHART_PEERS);
    }
    if (install) {
      new Launcher(root, memory).install(peers);
    }
    Map<String, String> machine = Machine.describe(root, memory);
    List<Result> results = new ArrayList<>();
    boolean well;
    try (Comparison comparison = comparison(root)) {
      for (Workload w : works) {
        results.add(comparison.run(w));
      }
      well = comparison.well();
    }
    String from = Machine.line(machine);
    System.out.print(Result.table(from, results));
    if (json != null) {
      Files.writeString(json, Result.json(machine, results));
    }
    if (svg != null) {
      Files.createDirectories(svg.toAbsolutePath().getParent());
      Files.writeString(svg, Chart.draw(results, from));
    }
    if (chart) {
      caption(root.resolve("README.md"), from);
    }
    return well && !results.isEmpty();
  }

  /// Says beneath the chart where it comes from.
  private static void caption(Path readme, String from) throws IOException {
    String text = Files.readString(readme);
    int begin = text.indexOf(CAPTION);
    int end = text.indexOf(CAPTION_END);
    if (begin >= 0 && end > begin) {
      String caption =
          "\n![Posthorn beside other mail servers]("
              + CHART_FILE
              + ")\n\n"
              + from
              + ".\n`bench/run --chart` drew it; [bench/README.md](bench/README.md) says how it is"
              + " measured.\n";
      Files.writeString(
          readme, text.substring(0, begin + CAPTION.length()) + caption + text.substring(end));
    }
  }

  private Comparison comparison(Path root) {
    Workload.Rounds times =
        quick ? new Workload.Rounds(1, 1) : new Workload.Rounds(warmUps, rounds);
    if (ports.isEmpty()) {
      return new Comparison(new Launcher(root, memory), peers, times);
    }
    return Comparison.of(new Peer("server", host, ports, logins, pids, null), times);
  }
}
