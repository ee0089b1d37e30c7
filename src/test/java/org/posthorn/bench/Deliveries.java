package org.posthorn.bench;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Mail in by SMTP or LMTP, from some sessions at once into some accounts: how many messages a
/// second are acknowledged. Talks as mail servers do (RFC 2920): MAIL, RCPT and DATA in one write,
/// then the text, then the next message on the same connection. Afterwards IMAP must show exactly
/// what was acknowledged.
///
/// @param perConnection messages before a session connects anew
record Deliveries(
    String name, String protocol, int octets, int sessions, int messages, int perConnection)
    implements Scenario {
  @Override
  public String what() {
    return "%s, %d octets, %d sessions".formatted(protocol.toUpperCase(), octets, sessions);
  }

  @Override
  public Result run(Peer peer, Rounds rounds) throws Exception {
    MailText text = new MailText(octets, Long.toHexString(System.nanoTime()));
    Map<Peer.Login, Integer> before = counts(peer);
    int sent = 0;
    for (int i = 0; i < rounds.warmUps(); i++) {
      round(peer, text, sent, messages / 4);
      sent += messages / 4;
    }
    double[] perSecond = new double[rounds.measured()];
    long cpu = peer.cpuMillis();
    for (int i = 0; i < perSecond.length; i++) {
      long nanos = round(peer, text, sent, messages);
      sent += messages;
      perSecond[i] = messages * 1e9 / nanos;
    }
    cpu = peer.cpuMillis() - cpu;
    verify(peer, before, sent);
    Map<String, Double> details = new LinkedHashMap<>();
    if (peer.local()) {
      details.put("server CPU ms/message", cpu / (double) messages / perSecond.length);
      details.put("RSS MiB", peer.rss() / 1024.0);
    }
    return Result.of(name, what(), "msg/s", perSecond, details);
  }

  private long round(Peer peer, MailText text, int first, int count) throws Exception {
    return Crowd.run(
        sessions,
        (session, ready) -> {
          int mine = count / sessions + (session < count % sessions ? 1 : 0);
          Wire wire = open(peer);
          try {
            ready.run();
            for (int i = 0; i < mine; i++) {
              if (i > 0 && i % perConnection == 0) {
                wire.ask("QUIT", "221");
                wire.close();
                wire = open(peer);
              }
              String to = peer.accounts().get((session + i) % peer.accounts().size()).name();
              deliver(wire, to, text.wire(session, first + i, to));
            }
            wire.ask("QUIT", "221");
          } finally {
            wire.close();
          }
        });
  }

  private Wire open(Peer peer) throws IOException {
    Wire wire = peer.connect(protocol);
    wire.reply("220");
    wire.send((protocol.equals("lmtp") ? "LHLO" : "EHLO") + " elsewhere.test\r\n");
    wire.reply("250");
    return wire;
  }

  private static void deliver(Wire wire, String to, byte[] message) throws IOException {
    wire.send("MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<" + to + ">\r\nDATA\r\n");
    wire.reply("250");
    wire.reply("250");
    wire.reply("354");
    wire.send(message);
    wire.reply("250");
  }

  private static Map<Peer.Login, Integer> counts(Peer peer) throws IOException {
    Map<Peer.Login, Integer> counts = new HashMap<>();
    for (Peer.Login account : peer.accounts()) {
      counts.put(account, peer.messages(account));
    }
    return counts;
  }

  private static void verify(Peer peer, Map<Peer.Login, Integer> before, int sent)
      throws IOException {
    int found = 0;
    for (Peer.Login account : peer.accounts()) {
      found += peer.messages(account) - before.get(account);
    }
    if (found != sent) {
      throw new IOException(sent + " messages were acknowledged, and " + found + " are there");
    }
  }
}
