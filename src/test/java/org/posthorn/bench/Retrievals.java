package org.posthorn.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whole POP3 sessions: log in, ask for the list, retrieve every message, quit. Each client has an
/// account of its own; each waits for an answer before it asks on, as most mail programs do.
///
/// @param messages in each drop, of `octets` each
/// @param sessions of each client in a round
record Retrievals(String name, int clients, int messages, int octets, int sessions)
    implements Workload {
  @Override
  public String what() {
    return "POP3 sessions, RETR of %d messages of %d octets, %d clients"
        .formatted(messages, octets, clients);
  }

  static List<Workload> all(Scale scale) {
    return List.of(new Retrievals("pop3-retr", 4, scale.of(1000), 4096, scale.of(50) / 10 + 1));
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
    return new Measure(
        clients * sessions * 1e9 / nanos, (long) clients * sessions * messages, Map.of());
  }

  @Override
  public void prepare(Peer peer) throws Exception {
    fill(peer, clients, messages, octets);
  }

  /// Makes the drops of the first accounts equal: empties them, and delivers.
  static void fill(Peer peer, int clients, int messages, int octets) throws Exception {
    MailText text = new MailText(octets, Long.toHexString(System.nanoTime()));
    Crowd.run(
        clients,
        (client, ready) -> {
          Peer.Login account = peer.accounts().get(client);
          try (Wire pop = login(peer, account)) {
            int count = count(pop);
            for (int m = 1; m <= count; m++) {
              pop.ask("DELE " + m, "+OK");
            }
            pop.ask("QUIT", "+OK");
          }
          ready.run();
          try (Wire lmtp = peer.connect("lmtp")) {
            lmtp.reply("220");
            lmtp.send("LHLO elsewhere.test\r\n");
            lmtp.reply("250");
            for (int m = 0; m < messages; m++) {
              lmtp.send(
                  "MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<"
                      + account.name()
                      + ">\r\nDATA\r\n");
              lmtp.reply("250");
              lmtp.reply("250");
              lmtp.reply("354");
              lmtp.send(text.wire(client, m, account.name()));
              lmtp.reply("250");
            }
            lmtp.ask("QUIT", "221");
          }
        });
  }

  private void session(Peer peer, Peer.Login account) throws IOException {
    try (Wire pop = login(peer, account)) {
      int count = count(pop);
      if (count != messages) {
        throw new IOException(count + " messages instead of " + messages);
      }
      pop.ask("LIST", "+OK");
      pop.multiline();
      for (int m = 1; m <= count; m++) {
        pop.ask("RETR " + m, "+OK");
        if (pop.multiline() < octets) {
          throw new IOException("message " + m + " is too short");
        }
      }
      pop.ask("QUIT", "+OK");
    }
  }

  static Wire login(Peer peer, Peer.Login account) throws IOException {
    Wire pop = peer.connect("pop3");
    try {
      pop.expect("+OK");
      pop.ask("USER " + account.name(), "+OK");
      pop.ask("PASS " + account.password(), "+OK");
      return pop;
    } catch (IOException e) {
      pop.close();
      throw e;
    }
  }

  static int count(Wire pop) throws IOException {
    return Integer.parseInt(pop.ask("STAT", "+OK ").split(" ")[1]);
  }
}
