package org.posthorn.app;

import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.InstantSource;
import org.posthorn.app.metrics.Figures;
import org.posthorn.dns.Resolver;
import org.posthorn.mta.gate.Gate;
import org.posthorn.mta.gate.GateOptions;
import org.posthorn.net.Ticker;
import org.posthorn.trust.ReverseLookup;

/// The gate of port 25, wired, with a thread that writes down what it remembers and tries its
/// lists.
///
/// Life: [#open] → [#start] → [#close] writes what is not written yet.
final class Guarding implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final System.Logger LOG = System.getLogger("posthorn.app");

  private final Gate gate;
  private final Thread thread;

  private Guarding(Gate gate) {
    this.gate = gate;
    this.thread = Thread.ofVirtual().name("gate").unstarted(this::run);
  }

  static Guarding open(GateOptions options, String hostname, Core core, Resolver resolver) {
    var names = new ReverseLookup(resolver, Ticker.SYSTEM::nanos);
    var means =
        new Gate.Means(
            resolver, names::check, InstantSource.system(), Ticker.SYSTEM, Thread::sleep);
    return new Guarding(new Gate(options, hostname, core.store(), means));
  }

  Gate gate() {
    return gate;
  }

  void start() {
    thread.start();
  }

  void describe(Figures figures) {
    figures
        .counters("gate", gate.counters())
        .gauge("gate_networks", "Hosts and networks that are remembered.", gate::networks)
        .gauge("gate_greylist", "Entries of the greylist.", gate::greylisted);
  }

  private void run() {
    try {
      perhaps(gate::prepare);
      while (true) {
        Thread.sleep(PERIOD);
        perhaps(gate::tidy);
      }
    } catch (InterruptedException e) {
      perhaps(gate::flush); // the lists, which tidying may try, could take a minute
    }
  }

  private static void perhaps(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.log(WARNING, "gate-failed reason={0}", e.toString());
    }
  }

  /// Returns when everything is written.
  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
