package org.posthorn.bench;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// Servers beside each other in one run: all that can do a workload are started and filled, then
/// they take turns round by round, so that what else the machine does hits all alike.
final class Comparison implements Closeable {
  private final Launcher launcher;
  private final List<String> peers;
  private final Workload.Rounds rounds;
  private final Map<String, Running> running = new LinkedHashMap<>();
  private Setup setup; // of those that run
  private boolean well = true;

  /// @param launcher null if there is nothing to start
  Comparison(Launcher launcher, List<String> peers, Workload.Rounds rounds) {
    this.launcher = launcher;
    this.peers = peers;
    this.rounds = rounds;
  }

  /// Measures one server that runs already, whatever the workload's setup.
  static Comparison of(Peer peer, Workload.Rounds rounds) {
    Comparison c = new Comparison(null, List.of(), rounds);
    c.running.put(peer.name(), new Running(peer, List.of()));
    return c;
  }

  /// Whether nothing failed so far.
  boolean well() {
    return well;
  }

  /// Measures; servers that fail are named on standard error and are not in the result.
  Result run(Workload w) throws Exception {
    ready(w.setup());
    long began = System.nanoTime();
    Map<String, Turns> turns = new LinkedHashMap<>();
    for (Running r : running.values()) {
      if (r.peer().offers(w.needs())) {
        turns.put(r.peer().name(), new Turns(r.peer()));
      }
    }
    System.err.println(w.name() + " ... " + String.join(" ", turns.keySet()));
    each(
        w,
        turns,
        t -> {
          w.prepare(t.peer);
          t.processes.resetPeak();
        });
    Workload.Rounds times = w.rounds(rounds);
    for (int i = 0; i < times.warmUps(); i++) {
      each(w, turns, t -> w.round(t.peer));
    }
    each(w, turns, t -> t.cpu = t.processes.cpuMillis());
    for (int i = 0; i < times.measured(); i++) {
      each(
          w,
          turns,
          t -> {
            t.measures.add(w.round(t.peer));
            t.peak = Math.max(t.peak, t.processes.peak());
          });
    }
    Map<String, Result.Figures> figures = new LinkedHashMap<>();
    each(
        w,
        turns,
        t -> {
          long cpu = t.processes.cpuMillis() - t.cpu;
          figures.put(t.peer.name(), Result.Figures.of(t.measures, t.peer.local(), cpu, t.peak));
        });
    System.err.printf("%s: %.0f s%n", w.name(), (System.nanoTime() - began) / 1e9);
    return new Result(w, figures);
  }

  /// What one server has done of one workload.
  private static final class Turns {
    final Peer peer;
    final Processes processes;
    final List<Workload.Measure> measures = new ArrayList<>();
    long cpu;
    long peak;

    Turns(Peer peer) {
      this.peer = peer;
      this.processes = peer.processes();
    }
  }

  private interface Step {
    void run(Turns turns) throws Exception;
  }

  /// One after the other; who fails takes no further turn.
  private void each(Workload w, Map<String, Turns> turns, Step step) {
    for (Turns t : List.copyOf(turns.values())) {
      try {
        step.run(t);
      } catch (Exception e) {
        while (Daemon.ending()) {
          LockSupport.park();
        }
        System.err.println("FAILED " + w.name() + " " + t.peer.name() + ": " + e);
        turns.remove(t.peer.name());
        well = false;
      }
    }
  }

  private void ready(Setup wanted) throws Exception {
    if (launcher == null || wanted.equals(setup)) {
      return;
    }
    close();
    setup = wanted;
    for (String name : wanted.contenders(peers)) {
      try {
        Running r = wanted.start(launcher, name);
        if (r != null) {
          running.put(name, r);
        }
      } catch (Exception e) {
        System.err.println("FAILED " + name + ": " + e);
        well = false;
      }
    }
  }

  @Override
  public void close() throws IOException {
    if (launcher != null) {
      for (Running r : running.values()) {
        r.close();
      }
      running.clear();
      setup = null;
    }
  }
}
