package org.posthorn.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// From the start of the process to the first octets of the SMTP greeting, on a directory that was
/// served before. What is read from the disk is in the system's memory: the first round, which put
/// it there, is not counted. Of ourselves alone.
final class ColdStarts implements Workload, Setup {
  private static final long POLL_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final int ROUNDS = 5;
  private static final int SMTP = 25;

  private Launcher launcher;
  private Path base;
  private int offset;

  private ColdStarts() {}

  static List<Workload> all() {
    return List.of(new ColdStarts());
  }

  @Override
  public String name() {
    return "start";
  }

  @Override
  public String what() {
    return "start of ./posthorn dev to the first octets by SMTP";
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public Set<String> needs() {
    return Set.of("smtp");
  }

  @Override
  public Setup setup() {
    return this;
  }

  @Override
  public Rounds rounds(Rounds wanted) {
    return new Rounds(1, Math.max(wanted.measured(), ROUNDS));
  }

  @Override
  public List<String> contenders(List<String> peers) {
    return List.of(SELF);
  }

  @Override
  public Running start(Launcher l, String contender) throws Exception {
    launcher = l;
    base = Daemon.directory(l.root(), "start");
    offset = DevServer.freeOffset();
    launch("--user", "bench0@bench.test:" + Peer.Login.PASSWORD).awaitLine("READY").close();
    Map<String, Integer> ports = Map.of("smtp", offset + SMTP);
    Peer peer = new Peer(SELF, "127.0.0.1", ports, Peer.Login.some(1), List.of(), null);
    return new Running(peer, List.of(this::remove));
  }

  private Daemon launch(String... more) throws IOException {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                launcher.root().resolve("posthorn").toString(),
                "dev",
                "--data",
                base.resolve("data").toString(),
                "--offset",
                "" + offset));
    command.addAll(List.of(more));
    Path logs = Daemon.directory(launcher.root(), "log");
    return Daemon.start(logs, DevServer.environment(launcher), command);
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    long start = System.nanoTime();
    Daemon daemon = launch("--user", "bench0@bench.test:" + Peer.Login.PASSWORD);
    try {
      greeting(peer.at("smtp"), start + PATIENCE_NANOS);
      long nanos = System.nanoTime() - start;
      long cpu = new Processes(List.of(daemon.pid())).cpuMillis();
      daemon.awaitLine("READY");
      return Measure.millis(1, nanos).and("CPU ms", cpu);
    } finally {
      daemon.close();
    }
  }

  private static void greeting(InetSocketAddress at, long until) throws IOException {
    while (true) {
      try (Socket s = new Socket()) {
        s.connect(at);
        byte[] begin = s.getInputStream().readNBytes(3);
        if (begin.length != 3 || begin[0] != '2' || begin[1] != '2' || begin[2] != '0') {
          throw new IllegalStateException("it greets with something else than 220");
        }
        return;
      } catch (IOException e) {
        if (System.nanoTime() > until) {
          throw e;
        }
        LockSupport.parkNanos(POLL_NANOS);
      }
    }
  }

  private void remove() throws IOException {
    try (Stream<Path> files = Files.walk(base)) {
      for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(p);
      }
    }
  }
}
