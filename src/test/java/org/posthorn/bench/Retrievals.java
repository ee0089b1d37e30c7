package org.posthorn.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/// Whole POP3 sessions: log in, ask for the list, retrieve every message, quit. Each client has an
/// account of its own; each waits for an answer before it asks on, as most mail programs do.
///
/// @param messages in each drop, of `octets` each
/// @param sessions of each client in a round
record Retrievals(String name, int clients, int messages, int octets, int sessions)
    implements Scenario {
  @Override
  public String what() {
    return "POP3 sessions, RETR of %d messages of %d octets, %d clients"
        .formatted(messages, octets, clients);
  }

  @Override
  public Result run(Peer peer, Rounds rounds) throws Exception {
    fill(peer);
    double[] perSecond = new double[rounds.measured()];
    for (int i = 0; i < rounds.warmUps(); i++) {
      round(peer, 1);
    }
    long cpu = peer.cpuMillis();
    for (int i = 0; i < perSecond.length; i++) {
      perSecond[i] = clients * sessions * 1e9 / round(peer, sessions);
    }
    cpu = peer.cpuMillis() - cpu;
    Map<String, Double> details = new LinkedHashMap<>();
    if (peer.local()) {
      double retrieved = (double) clients * sessions * messages * perSecond.length;
      details.put("server CPU ms/message", cpu / retrieved);
    }
    return Result.of(name, what(), "sessions/s", perSecond, details);
  }

  /// Makes the drops equal: empties them, and delivers.
  private void fill(Peer peer) throws Exception {
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
          try (Wire smtp = peer.connect("smtp")) {
            smtp.reply("220");
            smtp.send("EHLO elsewhere.test\r\n");
            smtp.reply("250");
            for (int m = 0; m < messages; m++) {
              smtp.send(
                  "MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<"
                      + account.name()
                      + ">\r\nDATA\r\n");
              smtp.reply("250");
              smtp.reply("250");
              smtp.reply("354");
              smtp.send(text.wire(client, m, account.name()));
              smtp.reply("250");
            }
            smtp.ask("QUIT", "221");
          }
        });
  }

  private long round(Peer peer, int each) throws Exception {
    return Crowd.run(
        clients,
        (client, ready) -> {
          ready.run();
          for (int i = 0; i < each; i++) {
            session(peer, peer.accounts().get(client));
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

  private static Wire login(Peer peer, Peer.Login account) throws IOException {
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

  private static int count(Wire pop) throws IOException {
    return Integer.parseInt(pop.ask("STAT", "+OK ").split(" ")[1]);
  }
}
