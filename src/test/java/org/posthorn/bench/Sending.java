package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Mail that leaves: sessions submit messages for other domains, the server keeps each durably,
/// answers, and sends it on to a sink. Counted are messages a second from the first submission
/// until the sink has all of them. The servers take turns, round by round.
final class Sending {
  private static final int DOMAINS = 50;
  private static final int OCTETS = 4096;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Path root;
  private final boolean postfix;
  private final int sessions;
  private final int messages;
  private final Scenario.Rounds rounds;

  /// @param postfix whether to measure it beside us
  Sending(Path root, boolean postfix, int sessions, int messages, Scenario.Rounds rounds) {
    this.root = root;
    this.postfix = postfix;
    this.sessions = sessions;
    this.messages = messages;
    this.rounds = rounds;
  }

  private record Contender(Peer peer, Sink sink, AutoCloseable server) {}

  /// What one round took: until the last message was accepted, and until the last one had arrived.
  private record Took(long acceptedNanos, long arrivedNanos) {}

  void run() throws Exception {
    Map<String, Contender> contenders = new LinkedHashMap<>();
    try {
      Sink own = new Sink();
      DevServer self = DevServer.start(root, 1, "--relay", text(own));
      contenders.put("posthorn", new Contender(self.peer(), own, self));
      if (postfix) {
        Sink other = new Sink();
        PostfixServer p = PostfixServer.start(root, other.address());
        contenders.put("postfix", new Contender(p.peer(), other, p));
      }
      measure(contenders);
    } finally {
      for (Contender c : contenders.values()) {
        c.server.close();
        c.sink.close();
      }
    }
  }

  private static String text(Sink sink) {
    return sink.address().getHostString() + ":" + sink.address().getPort();
  }

  private void measure(Map<String, Contender> contenders) throws Exception {
    String run = Long.toHexString(System.nanoTime());
    Map<String, MailText> texts = new LinkedHashMap<>();
    contenders.forEach((name, c) -> texts.put(name, new MailText(OCTETS, run, sender(c.peer))));
    Map<String, double[]> arrived = new LinkedHashMap<>();
    Map<String, double[]> accepted = new LinkedHashMap<>();
    int first = 0;
    for (int r = 0; r < rounds.warmUps() + rounds.measured(); r++) {
      for (Map.Entry<String, Contender> c : contenders.entrySet()) {
        Took took = round(c.getValue(), texts.get(c.getKey()), first);
        int at = r - rounds.warmUps();
        if (at >= 0) {
          rates(arrived, c.getKey())[at] = messages * 1e9 / took.arrivedNanos;
          rates(accepted, c.getKey())[at] = messages * 1e9 / took.acceptedNanos;
        }
      }
      first += messages;
    }
    print("sent on", arrived);
    print("accepted", accepted);
    for (Map.Entry<String, Contender> c : contenders.entrySet()) {
      if (c.getValue().peer.local()) {
        System.out.printf("%s: RSS %.0f MiB%n", c.getKey(), c.getValue().peer.rss() / 1024.0);
      }
    }
  }

  private double[] rates(Map<String, double[]> all, String name) {
    return all.computeIfAbsent(name, k -> new double[rounds.measured()]);
  }

  private static void print(String what, Map<String, double[]> all) {
    double first = 0;
    for (Map.Entry<String, double[]> e : all.entrySet()) {
      double[] sorted = e.getValue().clone();
      Arrays.sort(sorted);
      double median = sorted[sorted.length / 2];
      first = first == 0 ? median : first;
      System.out.printf(
          Locale.ROOT,
          "%-9s %-9s %7.0f msg/s   posthorn/%s %.2f   rounds %s%n",
          what,
          e.getKey(),
          median,
          e.getKey(),
          first / median,
          Arrays.toString(Arrays.stream(e.getValue()).mapToLong(Math::round).toArray()));
    }
  }

  private Took round(Contender c, MailText text, int first) throws Exception {
    long before = c.sink.messages();
    long octets = c.sink.octets();
    long accepted =
        Crowd.run(
            sessions,
            (session, ready) -> {
              int mine = messages / sessions + (session < messages % sessions ? 1 : 0);
              try (Wire wire = open(c.peer)) {
                ready.run();
                for (int i = 0; i < mine; i++) {
                  String to = "x@d" + (session + i) % DOMAINS + ".test";
                  submit(wire, sender(c.peer), to, text.wire(session, first + i, to));
                }
                wire.ask("QUIT", "221");
              }
            });
    long then = System.nanoTime();
    while (c.sink.messages() < before + messages) {
      if (System.nanoTime() - then > PATIENCE_NANOS) {
        throw new IOException(c.sink.messages() - before + " of " + messages + " have arrived");
      }
      LockSupport.parkNanos(1_000_000);
    }
    long arrived = accepted + System.nanoTime() - then;
    if (c.sink.messages() > before + messages) {
      throw new IOException("more have arrived than were sent");
    }
    if (c.sink.octets() - octets < (long) messages * OCTETS) {
      throw new IOException("less has arrived than was sent");
    }
    return new Took(accepted, arrived);
  }

  private static String sender(Peer peer) {
    return peer.accounts().isEmpty() ? "a@bench.test" : peer.accounts().getFirst().name();
  }

  private static Wire open(Peer peer) throws IOException {
    Wire wire = peer.connect("submission");
    wire.reply("220");
    wire.send("EHLO client.bench.test\r\n");
    wire.reply("250");
    if (!peer.accounts().isEmpty()) {
      Peer.Login l = peer.accounts().getFirst();
      byte[] plain = ("\0" + l.name() + "\0" + l.password()).getBytes(StandardCharsets.UTF_8);
      wire.send("AUTH PLAIN " + Base64.getEncoder().encodeToString(plain) + "\r\n");
      wire.reply("235");
    }
    return wire;
  }

  private static void submit(Wire wire, String from, String to, byte[] message) throws IOException {
    wire.send("MAIL FROM:<" + from + ">\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
    wire.reply("250");
    wire.reply("250");
    wire.reply("354");
    wire.send(message);
    wire.reply("250");
  }
}
