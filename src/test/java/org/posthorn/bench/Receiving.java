package org.posthorn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Mail that comes in from strangers, signed, into some accounts: Posthorn with everything that it
/// can check switched on, Posthorn without, and Postfix with Dovecot behind it, which check
/// nothing. Counted are messages acknowledged a second; afterwards IMAP must show them in INBOX.
/// The servers take turns, round by round.
final class Receiving {
  private static final int ACCOUNTS = 8;
  private static final int OCTETS = 4096;
  private static final int PER_CONNECTION = 100;

  private final Path root;
  private final boolean postfix;
  private final int sessions;
  private final int messages;
  private final Scenario.Rounds rounds;

  /// @param postfix whether to measure it, with Dovecot, beside us
  Receiving(Path root, boolean postfix, int sessions, int messages, Scenario.Rounds rounds) {
    this.root = root;
    this.postfix = postfix;
    this.sessions = sessions;
    this.messages = messages;
    this.rounds = rounds;
  }

  private record Contender(Peer peer, AutoCloseable server) {}

  void run() throws Exception {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    Signature signature = new Signature();
    try (Zone zone = new Zone()) {
      signature.publish(zone);
      CheckingServer checking = CheckingServer.start(root, ACCOUNTS, zone.address());
      contenders.put("posthorn", new Contender(checking.peer(), checking));
      DevServer plain = DevServer.start(root, ACCOUNTS);
      contenders.put("unchecked", new Contender(plain.peer(), plain));
      if (postfix) {
        PostfixServer.Receiver p = PostfixServer.Receiver.start(root, ACCOUNTS);
        contenders.put("postfix", new Contender(p.peer(), p));
      }
      measure(contenders, signature);
    } finally {
      for (Contender c : contenders.values()) {
        c.server.close();
      }
    }
  }

  private void measure(Map<String, Contender> contenders, Signature signature) throws Exception {
    Map<String, double[]> rates = new LinkedHashMap<>();
    MailText text = new MailText(OCTETS, Long.toHexString(System.nanoTime()));
    int first = 0;
    for (int r = 0; r < rounds.warmUps() + rounds.measured(); r++) {
      byte[][] mail = new byte[messages][];
      String[] to = new String[messages];
      for (int i = 0; i < messages; i++) {
        to[i] = "bench" + i % ACCOUNTS + "@bench.test"; // all have the same accounts
        mail[i] = signature.sign(text.wire(i % sessions, first + i, to[i]));
      }
      first += messages;
      for (Map.Entry<String, Contender> c : contenders.entrySet()) {
        long nanos = round(c.getValue().peer, mail, to);
        if (r >= rounds.warmUps()) {
          rates
                  .computeIfAbsent(c.getKey(), k -> new double[rounds.measured()])[
                  r - rounds.warmUps()] =
              messages * 1e9 / nanos;
        }
      }
    }
    print(rates);
    verify(contenders);
  }

  private long round(Peer peer, byte[][] mail, String[] to) throws Exception {
    return Crowd.run(
        sessions,
        (session, ready) -> {
          Wire wire = open(peer);
          try {
            ready.run();
            int sent = 0;
            for (int i = session; i < mail.length; i += sessions) {
              if (sent > 0 && sent % PER_CONNECTION == 0) {
                wire.ask("QUIT", "221");
                wire.close();
                wire = open(peer);
              }
              sent++;
              wire.send("MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<" + to[i] + ">\r\nDATA\r\n");
              wire.reply("250");
              wire.reply("250");
              wire.reply("354");
              wire.send(mail[i]);
              wire.reply("250");
            }
            wire.ask("QUIT", "221");
          } finally {
            wire.close();
          }
        });
  }

  private static Wire open(Peer peer) throws IOException {
    Wire wire = peer.connect("smtp");
    wire.reply("220");
    wire.send("EHLO mx.elsewhere.test\r\n");
    wire.reply("250");
    return wire;
  }

  /// Nobody put them into Junk, and nobody lost one. Postfix delivers later.
  private void verify(Map<String, Contender> contenders) throws Exception {
    int sent = messages * (rounds.warmUps() + rounds.measured());
    for (Map.Entry<String, Contender> c : contenders.entrySet()) {
      int found = 0;
      for (int tries = 0; found < sent && tries < 600; tries++) {
        found = 0;
        for (Peer.Login login : c.getValue().peer.accounts()) {
          found += c.getValue().peer.messages(login);
        }
        if (found < sent) {
          Thread.sleep(500);
        }
      }
      if (found != sent) {
        throw new IOException(c.getKey() + " has " + found + " of " + sent + " in INBOX");
      }
    }
  }

  private static void print(Map<String, double[]> all) {
    double first = 0;
    for (Map.Entry<String, double[]> e : all.entrySet()) {
      double[] sorted = e.getValue().clone();
      Arrays.sort(sorted);
      double median = sorted[sorted.length / 2];
      first = first == 0 ? median : first;
      System.out.printf(
          Locale.ROOT,
          "received %-9s %7.0f msg/s   posthorn/%s %.2f   rounds %s%n",
          e.getKey(),
          median,
          e.getKey(),
          first / median,
          Arrays.toString(Arrays.stream(e.getValue()).mapToLong(Math::round).toArray()));
    }
  }
}
