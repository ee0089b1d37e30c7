package org.posthorn.bench;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a mail program that leaves mail on the server does every few minutes: log in, STAT, LIST,
/// UIDL, TOP of the newest, QUIT.
///
/// @param messages in each drop
/// @param sessions of each client in a round
record PopChecks(String name, int clients, int messages, int sessions) implements Workload {
  private static final int CLIENTS = 8;
  private static final int OCTETS = 4096;
  private static final int LINES = 20;

  static List<Workload> all(Scale scale) {
    return List.of(new PopChecks("pop3-check", CLIENTS, scale.of(1000), scale.of(50)));
  }

  @Override
  public String what() {
    return "POP3 sessions, STAT LIST UIDL TOP, %d messages, %d clients"
        .formatted(messages, clients);
  }

  @Override
  public String unit() {
    return "sessions/s";
  }

  @Override
  public Set<String> needs() {
    return Set.of("pop3", "lmtp");
  }

  @Override
  public void prepare(Peer peer) throws Exception {
    Retrievals.fill(peer, clients, messages, OCTETS);
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    long nanos =
        Crowd.run(
            clients,
            (client, ready) -> {
              ready.run();
              for (int i = 0; i < sessions; i++) {
                session(peer, peer.accounts().get(client));
              }
            });
    return Measure.perSecond((long) clients * sessions, nanos);
  }

  private void session(Peer peer, Peer.Login account) throws IOException {
    try (Wire pop = Retrievals.login(peer, account)) {
      int count = Retrievals.count(pop);
      int listed = lines(pop, "LIST");
      int ids = lines(pop, "UIDL");
      if (count != messages || listed != messages || ids != messages) {
        throw new IOException(
            "%d messages, LIST of %d, UIDL of %d different ones; all should be %d"
                .formatted(count, listed, ids, messages));
      }
      int top = lines(pop, "TOP " + count + " " + LINES);
      if (top < LINES) {
        throw new IOException("TOP gave " + top + " lines");
      }
      pop.ask("QUIT", "+OK");
    }
  }

  /// How many lines come; of UIDL, how many different ids.
  private static int lines(Wire pop, String command) throws IOException {
    pop.ask(command, "+OK");
    int lines = 0;
    Set<String> ids = new HashSet<>();
    for (String line = pop.line(); !line.equals("."); line = pop.line()) {
      lines++;
      ids.add(line.substring(line.indexOf(' ') + 1));
    }
    return command.equals("UIDL") ? ids.size() : lines;
  }
}
