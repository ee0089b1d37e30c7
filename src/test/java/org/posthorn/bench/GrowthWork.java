package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// What [Growth] measures: work whose cost should not depend on how much else there is, and some
/// whose cost must.
record GrowthWork(
    String name, String what, String unit, Set<String> needs, Filler filler, Round work)
    implements Workload {
  private static final int TIMES = 100;
  private static final int VISITS = 200;
  private static final int DELIVERIES = 400;
  private static final int OCTETS = 4096;
  private static final MailText TEXT = new MailText(OCTETS, "growth");

  interface Filler {
    void fill(Peer peer) throws Exception;
  }

  interface Round {
    Measure run(Peer peer) throws Exception;
  }

  @Override
  public void prepare(Peer peer) throws Exception {
    filler.fill(peer);
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    return work.run(peer);
  }

  /// With a mailbox of so many messages. What changes their number stands last.
  static List<Workload> ofMessages(int n) {
    List<Workload> all = new ArrayList<>();
    all.addAll(ImapWork.growing(n));
    all.add(
        imap("fetch-one", n, peer -> commands(peer, "FETCH " + n / 2 + " (FLAGS ENVELOPE)", 1)));
    all.add(imap("fetch-text", n, peer -> commands(peer, "FETCH " + n / 2 + " (BODY.PEEK[])", 1)));
    all.add(imap("search-unseen-1", n, peer -> commands(peer, "SEARCH " + n / 2 + " UNSEEN", 1)));
    all.add(imap("status", n, peer -> commands(peer, "STATUS INBOX (MESSAGES UNSEEN)", 1)));
    all.addAll(ImapBulk.all(n));
    all.add(Searches.growing(n));
    all.add(imap("append", n, GrowthWork::append));
    return all;
  }

  private static Workload imap(String name, int n, Round round) {
    return new GrowthWork(
        name, name + ", " + n + " messages", "ms", Set.of("imap"), p -> ImapWork.fill(p, n), round);
  }

  private static Measure commands(Peer peer, String command, int responses) throws IOException {
    try (Wire imap = peer.mailbox(peer.accounts().getFirst())) {
      Filling.ask(imap, "SELECT " + ImapWork.MAILBOX);
      Filling.ask(imap, command); // what is read once from the disk is not what grows
      long[] nanos = new long[TIMES];
      for (int i = 0; i < TIMES; i++) {
        long start = System.nanoTime();
        int got = Filling.ask(imap, command);
        nanos[i] = System.nanoTime() - start;
        if (got != responses) {
          throw new IOException(got + " responses instead of " + responses);
        }
      }
      return median(nanos);
    }
  }

  private static Measure append(Peer peer) throws IOException {
    try (Wire imap = peer.mailbox(peer.accounts().getFirst())) {
      int before = Filling.count(imap, ImapWork.MAILBOX);
      long[] times = new long[TIMES];
      for (int i = 0; i < TIMES; i++) {
        long start = System.nanoTime();
        imap.send(Filling.appending(ImapWork.MAILBOX, TEXT.message(1, i, "bench@bench.test")));
        imap.imapAnswer("q");
        times[i] = System.nanoTime() - start;
      }
      if (Filling.count(imap, ImapWork.MAILBOX) != before + TIMES) {
        throw new IOException("not all messages are there");
      }
      return median(times);
    }
  }

  /// Of single commands: one that waited for what else the machine does tells nothing.
  private static Measure median(long[] nanos) {
    Arrays.sort(nanos);
    return Measure.of(nanos[nanos.length / 2] / 1e6, nanos.length);
  }

  /// With so many accounts, each of which has mail.
  static List<Workload> ofAccounts(int n) {
    return List.of(
        new GrowthWork(
            "deliver",
            "a message by LMTP, " + n + " accounts",
            "ms",
            Set.of("lmtp"),
            peer -> AtRest.deliver(peer, 0, n),
            peer -> Measure.millis(DELIVERIES, AtRest.deliver(peer, n / 3, n / 3 + DELIVERIES))),
        new GrowthWork(
            "visit",
            "LOGIN, SELECT, FETCH, LOGOUT, " + n + " accounts",
            "ms",
            Set.of("imap", "lmtp"),
            _ -> {},
            GrowthWork::visits),
        new GrowthWork(
            "memory",
            "resident memory at rest, " + n + " accounts",
            "MiB",
            Set.of("lmtp"),
            _ -> {},
            peer -> Measure.of(IdleSessions.settled(peer) / 1024, 1)));
  }

  /// One after the other, of accounts far from each other.
  private static Measure visits(Peer peer) throws IOException {
    int n = peer.accounts().size();
    long start = System.nanoTime();
    for (int i = 0; i < VISITS; i++) {
      try (Wire imap = peer.mailbox(peer.accounts().get((int) (i * 7919L % n)))) {
        Filling.ask(imap, "SELECT INBOX");
        if (Filling.ask(imap, "FETCH 1 (ENVELOPE)") < 1) {
          throw new IOException("there is no message");
        }
        Filling.ask(imap, "LOGOUT");
      }
    }
    return Measure.millis(VISITS, System.nanoTime() - start);
  }
}
