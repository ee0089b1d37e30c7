package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Holds IMAP connections that do nothing, and sees what each costs the server in resident memory.
///
/// Before the connections that count, three tenths as many are opened and closed, so that code is
/// compiled and pools have their size. The memory is read when it has not changed for a while.
///
/// @param steady seconds after which memory that does not change is believed
record IdleSessions(String name, boolean tls, Stage stage, int connections, int steady)
    implements Workload {
  /// How far each connection goes before it rests.
  enum Stage {
    /// Past the greeting.
    GREETED,
    /// INBOX selected, in IDLE.
    IDLING
  }

  /// Connections from one address of ours: the kernel has about 28,000 ports for each.
  private static final int PER_ADDRESS = 15_000;

  private static final int OPENERS = 32;
  private static final int SETTLE_STEP_MILLIS = 1000;
  private static final int SETTLED_KIB = 256;
  private static final int STEADY = 4;
  private static final int STEADY_QUICK = 1;
  private static final int SETTLE_STEPS_MAX = 20;

  @Override
  public String what() {
    return "memory per IMAP connection, %s, %s, %d of them"
        .formatted(tls ? "TLS" : "plain", stage.name().toLowerCase(), connections);
  }

  static List<Workload> all(Scale scale) {
    int n = scale.connections();
    int steady = scale.quick() ? STEADY_QUICK : STEADY;
    return List.of(
        new IdleSessions("idle-plain", false, Stage.GREETED, n, steady),
        new IdleSessions("idle-tls", true, Stage.GREETED, n, steady),
        new IdleSessions("idle-plain-in", false, Stage.IDLING, n, steady),
        new IdleSessions("idle-tls-in", true, Stage.IDLING, n, steady));
  }

  @Override
  public String unit() {
    return "KiB";
  }

  @Override
  public Set<String> needs() {
    return Set.of(tls ? "imaps" : "imap");
  }

  /// Servers of its own, of one account: each account's password is hashed in many MiB, which idle
  /// connections would then fill.
  @Override
  public Setup setup() {
    return new Setup.Mailboxes(name, 1);
  }

  @Override
  public Rounds rounds(Rounds wanted) {
    return Rounds.ONCE;
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    if (!peer.local()) {
      throw new IllegalArgumentException(name + " needs --pid, on the same machine");
    }
    closeAll(open(peer, connections));
    double before = settled(peer, steady);
    long start = System.nanoTime();
    List<Wire> held = open(peer, connections);
    double seconds = (System.nanoTime() - start) / 1e9;
    try {
      double after = settled(peer, steady);
      return Measure.of((after - before) / connections, connections)
          .and("RSS MiB before", before / 1024)
          .and("RSS MiB after", after / 1024)
          .and("opened per second", connections / seconds);
    } finally {
      closeAll(held);
    }
  }

  private static void closeAll(List<Wire> wires) {
    wires.forEach(Wire::close);
  }

  private List<Wire> open(Peer peer, int count) throws Exception {
    Wire[] held = new Wire[count];
    Crowd.run(
        Math.min(OPENERS, count),
        (opener, ready) -> {
          ready.run();
          for (int i = opener; i < count; i += OPENERS) {
            held[i] = open(peer, i, peer.accounts().get(i % peer.accounts().size()));
          }
        });
    return new ArrayList<>(List.of(held));
  }

  private Wire open(Peer peer, int number, Peer.Login account) throws IOException {
    String from = number < PER_ADDRESS ? null : "127.0.0." + (1 + number / PER_ADDRESS);
    Wire wire = Wire.connect(peer.at(tls ? "imaps" : "imap"), tls, from);
    wire.expect("* OK");
    if (stage == Stage.IDLING) {
      Peer.login(wire, account);
      wire.send("b SELECT INBOX\r\n");
      for (String line = wire.line(); !line.startsWith("b OK"); line = wire.line()) {
        if (!line.startsWith("* ")) {
          throw new IOException("SELECT: " + line);
        }
      }
      wire.ask("c IDLE", "+ ");
    }
    return wire.rest();
  }

  /// KiB, when it has become steady.
  static double settled(Peer peer) throws IOException, InterruptedException {
    return settled(peer, STEADY);
  }

  /// KiB, when it has become steady, which is not looked for sooner than after so many steps.
  static double settled(Peer peer, int steady) throws IOException, InterruptedException {
    long last = peer.processes().rss();
    for (int i = 0; i < SETTLE_STEPS_MAX; i++) {
      Thread.sleep(SETTLE_STEP_MILLIS);
      long now = peer.processes().rss();
      if (i >= steady && Math.abs(now - last) < SETTLED_KIB) {
        return now;
      }
      last = now;
    }
    return last;
  }
}
