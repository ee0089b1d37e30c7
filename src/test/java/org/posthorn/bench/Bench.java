package org.posthorn.bench;

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
      bench/run [options]            measures ./posthorn dev, started for each scenario
      bench/run --host H --ports smtp=25,lmtp=24,imap=143,imaps=993,pop3=110 \\
                --account NAME:PASSWORD... [--pid PID]     measures a server that runs

        --quick          small and imprecise, to see that everything works
        --only NAME      one scenario; repeat for more
        --list           names the scenarios
        --rounds N       measured rounds of each; the median counts (default 3)
        --accounts N     accounts the mail is spread over (default 32)
        --sessions N     SMTP and LMTP sessions at once (default 32)
        --per-connection N  messages before a session connects anew (default 100)
        --connections N  idle connections (default 10000)
        --json FILE      writes the table as JSON, too

      bench/run --imap [--peers dovecot-sdbox,dovecot-mdbox,dovecot-maildir] [--messages N]
                measures IMAP work, peers taking turns with ./posthorn dev, and prints ratios

      bench/run --send [--peers postfix] [--messages N] [--sessions N]
                measures mail that leaves: submitted, kept, sent on to a sink

      bench/run --receive [--peers postfix] [--messages N] [--sessions N]
                measures mail of strangers, signed, with every check switched on and without
      """;

  private final List<String> only = new ArrayList<>();
  private final List<Peer.Login> logins = new ArrayList<>();
  private Map<String, Integer> ports = Map.of();
  private String host = "127.0.0.1";
  private Long pid;
  private Path json;
  private boolean quick;
  private boolean imap;
  private boolean send;
  private boolean receive;
  private List<String> peers = List.of();
  private int messages = 10_000;
  private boolean list;
  private int rounds = 3;
  private int accounts = 32;
  private int sessions = 32;
  private int perConnection = 100;
  private int connections = 10_000;

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
        case "--imap" -> imap = true;
        case "--send" -> send = true;
        case "--receive" -> receive = true;
        case "--list" -> list = true;
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

  private void read(String option, String value) {
    switch (option) {
      case "--only" -> only.add(value);
      case "--host" -> host = value;
      case "--ports" -> ports = ports(value);
      case "--account" -> {
        int colon = value.indexOf(':');
        logins.add(new Peer.Login(value.substring(0, colon), value.substring(colon + 1)));
      }
      case "--pid" -> pid = Long.valueOf(value);
      case "--peers" -> peers = List.of(value.split(","));
      case "--messages" -> messages = Integer.parseInt(value);
      case "--json" -> json = Path.of(value);
      case "--rounds" -> rounds = Integer.parseInt(value);
      case "--accounts" -> accounts = Integer.parseInt(value);
      case "--sessions" -> sessions = Integer.parseInt(value);
      case "--per-connection" -> perConnection = Integer.parseInt(value);
      case "--connections" -> connections = Integer.parseInt(value);
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

  private List<Scenario> scenarios() {
    int scale = quick ? 10 : 1;
    int idle = connections / (quick ? 4 : 1);
    return List.of(
        new Deliveries("smtp-4k", "smtp", 4096, sessions, 20_000 / scale, perConnection),
        new Deliveries("smtp-64k", "smtp", 65_536, sessions, 6_000 / scale, perConnection),
        new Deliveries("lmtp-4k", "lmtp", 4096, sessions, 20_000 / scale, perConnection),
        new IdleSessions("idle-plain", false, IdleSessions.Stage.GREETED, idle),
        new IdleSessions("idle-tls", true, IdleSessions.Stage.GREETED, idle),
        new IdleSessions("idle-plain-in", false, IdleSessions.Stage.IDLING, idle),
        new IdleSessions("idle-tls-in", true, IdleSessions.Stage.IDLING, idle),
        new Retrievals("pop3-retr", 4, 1000 / scale, 4096, 5),
        new Searches("search-10k", 10_000 / scale, 2_500),
        new Searches("search-100k", 100_000 / scale, 2_500));
  }

  private boolean run() throws Exception {
    if (imap) {
      return compare();
    }
    if (send) {
      int count = quick ? messages / 10 : messages;
      Path root = Path.of("").toAbsolutePath();
      new Sending(root, peers.contains("postfix"), sessions, count, rounds()).run();
      return true;
    }
    if (receive) {
      int count = quick ? messages / 10 : messages;
      Path root = Path.of("").toAbsolutePath();
      new Receiving(root, peers.contains("postfix"), sessions, count, rounds()).run();
      return true;
    }
    List<Result> results = new ArrayList<>();
    boolean well = true;
    Scenario.Rounds times = quick ? new Scenario.Rounds(1, 1) : new Scenario.Rounds(2, rounds);
    for (Scenario s : scenarios()) {
      if (!only.isEmpty() && !only.contains(s.name())) {
        continue;
      }
      if (list) {
        System.out.printf("%-14s %s%n", s.name(), s.what());
        continue;
      }
      System.err.println(s.name() + " ...");
      try {
        results.add(measure(s, times));
      } catch (Exception e) {
        System.err.println("FAILED " + s.name() + ": " + e);
        well = false;
      }
    }
    if (!results.isEmpty()) {
      System.out.print(Result.table(results));
    }
    if (json != null) {
      Files.writeString(json, Result.json(results));
    }
    return well;
  }

  private boolean compare() throws Exception {
    List<ImapWork> works =
        ImapWork.all(quick ? messages / 10 : messages).stream()
            .filter(w -> only.isEmpty() || only.contains(w.name()))
            .toList();
    if (list) {
      works.forEach(w -> System.out.printf("%-14s %s%n", w.name(), w.what()));
      return true;
    }
    return new Comparison(Path.of("").toAbsolutePath(), peers, rounds()).run(works);
  }

  private Scenario.Rounds rounds() {
    return quick ? new Scenario.Rounds(1, 1) : new Scenario.Rounds(3, rounds);
  }

  private Result measure(Scenario s, Scenario.Rounds times) throws Exception {
    if (!ports.isEmpty()) {
      return s.run(new Peer(host, ports, logins, pid), times);
    }
    // Each account's password is hashed in many MiB, which idle connections would then fill.
    int number = s instanceof IdleSessions ? 1 : accounts;
    try (DevServer server = DevServer.start(Path.of("").toAbsolutePath(), number)) {
      return s.run(server.peer(), times);
    }
  }
}
