package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections a second: connect, be greeted, perhaps log in, take leave, be told goodbye. Each
/// client begins the next when one is closed.
///
/// @param protocol the door, as in [Peer#ports]
/// @param handshake how TLS begins
/// @param login whether to log in, as the account of the client's number
record Arrivals(
    String name, String protocol, Handshake handshake, boolean login, int clients, int each)
    implements Workload {
  enum Handshake {
    NONE,
    /// Resuming the session of the connection before, as mail programs do.
    RESUMED,
    WHOLE
  }

  private static final int CLIENTS = 16;
  private static final int EACH = 100;
  private static final AtomicInteger NEWCOMERS = new AtomicInteger();

  static List<Workload> all(Scale scale) {
    int each = scale.of(EACH);
    List<Workload> all = new ArrayList<>();
    for (String p : List.of("smtp", "imap", "pop3")) {
      all.add(new Arrivals("connect-" + p, p, Handshake.NONE, false, CLIENTS, each));
    }
    all.add(new Arrivals("connect-imaps", "imaps", Handshake.RESUMED, false, CLIENTS, each));
    all.add(new Arrivals("connect-imaps-whole", "imaps", Handshake.WHOLE, false, CLIENTS, each));
    all.add(new Arrivals("login-imap", "imap", Handshake.NONE, true, CLIENTS, each));
    all.add(new Arrivals("login-imaps", "imaps", Handshake.RESUMED, true, CLIENTS, each));
    all.add(new Arrivals("login-imaps-whole", "imaps", Handshake.WHOLE, true, CLIENTS, each));
    return all;
  }

  @Override
  public String what() {
    String tls =
        switch (handshake) {
          case NONE -> "";
          case RESUMED -> " with TLS resumed";
          case WHOLE -> " with a whole TLS handshake";
        };
    return "%s connections%s, %s and closed, %d clients"
        .formatted(protocol.toUpperCase(), tls, login ? "logged in" : "greeted", clients);
  }

  @Override
  public String unit() {
    return "conn/s";
  }

  @Override
  public Set<String> needs() {
    return Set.of(protocol);
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    if (handshake == Handshake.RESUMED) {
      for (int c = 0; c < clients; c++) {
        visit(peer, c); // there are sessions to be resumed
      }
    }
    long whole = Wire.wholeHandshakes();
    long nanos =
        Crowd.run(
            clients,
            (client, ready) -> {
              ready.run();
              for (int i = 0; i < each; i++) {
                visit(peer, client);
              }
            });
    whole = Wire.wholeHandshakes() - whole;
    long connections = (long) clients * each;
    if (handshake == Handshake.WHOLE && whole != connections) {
      throw new IOException((connections - whole) + " sessions were resumed");
    }
    Measure m = Measure.perSecond(connections, nanos);
    return handshake == Handshake.RESUMED
        ? m.and("resumed %", 100.0 * (connections - whole) / connections)
        : m;
  }

  private void visit(Peer peer, int client) throws IOException {
    try (Wire wire = connect(peer, client)) {
      if (protocol.startsWith("imap")) {
        wire.expect("* OK");
        if (login) {
          Peer.login(wire, peer.accounts().get(client % peer.accounts().size()));
        }
        Filling.ask(wire, "LOGOUT");
      } else if (protocol.startsWith("pop3")) {
        wire.expect("+OK");
        wire.ask("QUIT", "+OK");
      } else {
        wire.reply("220");
        wire.ask("QUIT", "221");
      }
    }
  }

  private Wire connect(Peer peer, int client) throws IOException {
    return switch (handshake) {
      case NONE -> peer.connect(protocol);
      case RESUMED -> Wire.connectAs("client" + client, peer.at(protocol));
      case WHOLE -> Wire.connectAs("new" + NEWCOMERS.incrementAndGet(), peer.at(protocol));
    };
  }
}
