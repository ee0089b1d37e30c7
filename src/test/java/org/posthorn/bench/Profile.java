package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// One workload against `./posthorn`, with a recording of the flight recorder over its measured
/// rounds: where the processor's time goes, and who allocates. `bench/profile --help`.
public final class Profile {
  private static final String HELP =
      """
      bench/profile NAME [options]   NAME as bench/run --list tells it
        --rounds N          measured rounds (default 3)
        --warmups N         rounds before them (default 3)
        --seconds N         how long a round of deliveries sends (default 3)
        --messages N        in the mailbox that IMAP works on (default 10000)
        --connections N     idle connections (default 10000)
        --memory MB         of the machine that Posthorn plans for (default 1024)
        --lines N           lines of each table (default 10)
        --file FILE         where the recording stays (default target/NAME.jfr)
      """;

  private static final String SETTINGS =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <configuration version="2.0">
        <event name="jdk.CPUTimeSample">
          <setting name="enabled">true</setting>
          <setting name="throttle">10ms</setting>
        </event>
        <event name="jdk.ExecutionSample">
          <setting name="enabled">true</setting>
          <setting name="period">10 ms</setting>
        </event>
        <event name="jdk.ObjectAllocationSample">
          <setting name="enabled">true</setting>
          <setting name="throttle">1000/s</setting>
        </event>
      </configuration>
      """;

  private static final int MILLIS = 1000;

  private String name;
  private Path file;
  private int rounds = 3;
  private int warmUps = 3;
  private int seconds = 3;
  private int messages = 10_000;
  private int connections = 10_000;
  private int memory = 1024;
  private int lines = 10;

  private Profile() {}

  public static void main(String[] args) throws Exception {
    Profile profile = new Profile();
    if (!profile.read(args)) {
      System.out.print(HELP);
      return;
    }
    profile.run();
    System.exit(0);
  }

  private boolean read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (!args[i].startsWith("-")) {
        name = args[i];
      } else if (i + 1 == args.length) {
        return false;
      } else {
        read(args[i], args[++i]);
      }
    }
    return name != null;
  }

  private void read(String option, String value) {
    switch (option) {
      case "--rounds" -> rounds = Integer.parseInt(value);
      case "--warmups" -> warmUps = Integer.parseInt(value);
      case "--seconds" -> seconds = Integer.parseInt(value);
      case "--messages" -> messages = Integer.parseInt(value);
      case "--connections" -> connections = Integer.parseInt(value);
      case "--memory" -> memory = Integer.parseInt(value);
      case "--lines" -> lines = Integer.parseInt(value);
      case "--file" -> file = Path.of(value).toAbsolutePath();
      default -> throw new IllegalArgumentException(option + " is unknown, see --help");
    }
  }

  private void run() throws Exception {
    Path root = Path.of("").toAbsolutePath();
    if (file == null) {
      file = root.resolve("target").resolve(name + ".jfr");
    }
    Workload w =
        Workloads.all(new Scale(false, messages, connections, seconds * MILLIS)).stream()
            .filter(one -> one.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no workload " + name));
    try (Running running = w.setup().start(new Launcher(root, memory), Setup.SELF)) {
      measure(w, running.peer());
    }
    System.out.println(file);
  }

  // The recorder does not see the collector's and the compilers' threads; the CPU figure does.
  private void measure(Workload w, Peer peer) throws Exception {
    w.prepare(peer);
    Workload.Rounds times = w.rounds(new Workload.Rounds(warmUps, rounds));
    for (int i = 1; i < times.warmUps(); i++) {
      w.round(peer);
    }
    String pid = peer.pids().getFirst().toString();
    Path settings = Files.createTempFile(file.getParent(), "profile-", ".jfc");
    List<Workload.Measure> measures = new ArrayList<>();
    long cpu;
    Instant begin;
    try {
      Files.writeString(settings, SETTINGS);
      jcmd(pid, "JFR.start", "name=bench", "settings=" + settings);
      // The first sample of each thread stands for all that it ever allocated: not for these
      // rounds.
      if (times.warmUps() > 0) {
        w.round(peer);
      }
      begin = Instant.now();
      cpu = peer.processes().cpuMillis();
      for (int i = 0; i < times.measured(); i++) {
        measures.add(w.round(peer));
      }
      cpu = peer.processes().cpuMillis() - cpu;
      jcmd(pid, "JFR.stop", "name=bench", "filename=" + file);
    } finally {
      Files.delete(settings);
    }
    Result.Figures figures = Result.Figures.of(measures, true, cpu, peer.processes().peak());
    long operations = measures.stream().mapToLong(Workload.Measure::operations).sum();
    System.out.printf(
        Locale.ROOT,
        "%s: %s%n%s %s, CPU %s ms of each of %d operations, RSS at most %s MiB%n%n",
        w.name(),
        w.what(),
        Result.number(figures.value()),
        w.unit(),
        Result.number(figures.cpuMillis()),
        operations,
        Result.number(figures.peakMiB()));
    Recorded recorded = Recorded.read(file, begin);
    System.out.print(recorded.table(operations, lines));
  }

  private static void jcmd(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    command.addAll(List.of(words));
    Daemon.run(command.toArray(String[]::new));
  }
}
