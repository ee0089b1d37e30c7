package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// One kind of IMAP work on a mailbox that is filled once, so that servers can take turns.
///
/// @param unit `ms` for the time of one command, else what is counted a second
/// @param messages in the mailbox of the first account before the first round
record ImapWork(String name, String what, String unit, int messages, Round work)
    implements Workload {
  private static final int OCTETS = 4096;

  /// Messages unlike each other; a larger mailbox is made of copies of them.
  private static final int DIFFERENT = 100_000;

  static final String MAILBOX = "Bench";
  private static final MailText TEXT = new MailText(OCTETS, "imap");

  /// One measured round.
  interface Round {
    Measure run(Peer peer) throws Exception;
  }

  @Override
  public Set<String> needs() {
    return Set.of("imap");
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    return work.run(peer);
  }

  static List<Workload> all(Scale scale) {
    int n = scale.messages();
    String words = TEXT.rareWords();
    List<Workload> all = new ArrayList<>();
    all.add(command("fetch-meta", n, n, "FETCH 1:* (FLAGS UID ENVELOPE)"));
    all.add(
        new ImapWork(
            "fetch-bodies",
            "FETCH 1:* (BODY.PEEK[]), " + n + " messages",
            "ms",
            n,
            peer -> bodies(peer, n)));
    all.add(command("search-body", n, 1, "SEARCH BODY \"" + words + "\""));
    all.add(command("search-text", n, 1, "SEARCH TEXT \"" + words + "\""));
    all.add(command("sort-subject", n, 1, "SORT (SUBJECT) UTF-8 ALL"));
    all.add(command("thread", n, 1, "THREAD REFERENCES UTF-8 ALL"));
    all.add(
        new ImapWork("select", "SELECT, " + n + " messages, 200 times", "ms", n, ImapWork::select));
    all.add(
        new ImapWork(
            "qresync",
            "SELECT with QRESYNC after 100 changes, " + n + " messages",
            "ms",
            n,
            peer -> resync(peer, n)));
    all.add(
        new ImapWork(
            "store",
            "STORE 1 message ±FLAGS, 8 sessions on one mailbox",
            "STORE/s",
            n,
            peer -> store(peer, n)));
    all.add(
        new ImapWork(
            "append",
            "APPEND of 4 KiB, 32 sessions, 32 accounts",
            "APPEND/s",
            0,
            peer -> append(peer)));
    all.add(
        new ImapWork(
            "imap-mix",
            "LOGIN, SELECT, FETCH, STORE, SEARCH, LOGOUT, 10 clients",
            "commands/s",
            n,
            peer -> mix(peer, n)));
    return all;
  }

  /// Work of which it is of interest how it grows with the mailbox.
  static List<Workload> growing(int n) {
    Set<String> names =
        Set.of("fetch-meta", "sort-subject", "thread", "select", "qresync", "store");
    return all(new Scale(false, n, 0, 0)).stream().filter(w -> names.contains(w.name())).toList();
  }

  /// A command whose time is measured, five times in one session.
  private static ImapWork command(String name, int n, int responses, String command) {
    int times = 5;
    return new ImapWork(
        name,
        command + ", " + n + " messages",
        "ms",
        n,
        peer -> {
          try (Wire imap = selected(peer)) {
            long start = System.nanoTime();
            for (int i = 0; i < times; i++) {
              imap.send("c " + command + "\r\n");
              int got = imap.imapAnswer("c");
              if (got != responses) {
                throw new IOException(got + " responses instead of " + responses);
              }
            }
            return Measure.millis(times, System.nanoTime() - start);
          }
        });
  }

  private static Wire login(Peer peer, int account) throws IOException {
    return peer.mailbox(peer.accounts().get(account));
  }

  private static Wire selected(Peer peer) throws IOException {
    Wire imap = login(peer, 0);
    Filling.ask(imap, "SELECT " + MAILBOX);
    return imap;
  }

  /// All texts, by one command. As many octets must come as the messages are said to have.
  private static Measure bodies(Peer peer, int n) throws IOException {
    int times = 5;
    try (Wire imap = selected(peer)) {
      long sizes = sizes(imap);
      long before = imap.literals();
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        int got = Filling.ask(imap, "FETCH 1:* (BODY.PEEK[])");
        if (got != n) {
          throw new IOException(got + " responses instead of " + n);
        }
      }
      long nanos = System.nanoTime() - start;
      if (imap.literals() - before != times * sizes) {
        throw new IOException(
            (imap.literals() - before) + " octets instead of " + times + " times " + sizes);
      }
      return Measure.millis(times, nanos);
    }
  }

  private static long sizes(Wire imap) throws IOException {
    long octets = 0;
    imap.send("z FETCH 1:* (RFC822.SIZE)\r\n");
    for (String line = imap.line(); !line.startsWith("z "); line = imap.line()) {
      if (line.contains("RFC822.SIZE ")) {
        octets += Long.parseLong(line.replaceAll(".*RFC822.SIZE (\\d+).*", "$1"));
      }
    }
    return octets;
  }

  private static Measure select(Peer peer) throws IOException {
    int times = 200;
    try (Wire imap = login(peer, 0)) {
      long start = System.nanoTime();
      for (int i = 0; i < times; i++) {
        Filling.ask(imap, "SELECT " + MAILBOX);
      }
      return Measure.millis(times, System.nanoTime() - start);
    }
  }

  /// A client comes back after another has changed a hundred messages, all over the mailbox.
  private static Measure resync(Peer peer, int n) throws IOException {
    int times = 10;
    double millis = 0;
    try (Wire one = selected(peer);
        Wire other = login(peer, 0)) {
      Filling.ask(other, "ENABLE QRESYNC");
      for (int i = 0; i < times; i++) {
        String[] known = known(other);
        for (int c = 0; c < 100; c++) {
          int number = 1 + (int) ((long) n * c / 100);
          Filling.ask(
              one, "STORE " + number + " " + (i % 2 == 0 ? "+" : "-") + "FLAGS.SILENT (\\Draft)");
        }
        long start = System.nanoTime();
        other.send("q SELECT " + MAILBOX + " (QRESYNC (" + known[0] + " " + known[1] + "))\r\n");
        if (other.imapAnswer("q") < 100) {
          throw new IOException("not all changes were told");
        }
        millis += (System.nanoTime() - start) / 1e6;
      }
    }
    return Measure.of(millis / times, times);
  }

  /// UIDVALIDITY and HIGHESTMODSEQ.
  private static String[] known(Wire imap) throws IOException {
    imap.send("q STATUS " + MAILBOX + " (UIDVALIDITY HIGHESTMODSEQ)\r\n");
    String line = imap.expect("* STATUS");
    imap.imapAnswer("q");
    return new String[] {
      line.replaceAll(".*UIDVALIDITY (\\d+).*", "$1"),
      line.replaceAll(".*HIGHESTMODSEQ (\\d+).*", "$1")
    };
  }

  private static Measure store(Peer peer, int n) throws Exception {
    int sessions = 8;
    int each = 400;
    long nanos =
        Crowd.run(
            sessions,
            (session, ready) -> {
              try (Wire imap = selected(peer)) {
                ready.run();
                for (int i = 0; i < each; i++) {
                  int number = 1 + (session * each + i) % n;
                  String sign = i % 2 == 0 ? "+" : "-";
                  Filling.ask(imap, "STORE " + number + " " + sign + "FLAGS.SILENT (\\Flagged)");
                }
              }
            });
    if (sessions * each <= n) {
      checkFlags(peer, sessions * each);
    }
    return Measure.perSecond(sessions * each, nanos);
  }

  /// Of the first `changed` messages every other one is flagged, as [#store] left them.
  private static void checkFlags(Peer peer, int changed) throws IOException {
    try (Wire imap = selected(peer)) {
      imap.send("f FETCH 1:" + changed + " (FLAGS)\r\n");
      int flagged = 0;
      for (String line = imap.line(); !line.startsWith("f "); line = imap.line()) {
        flagged += line.contains("\\Flagged") ? 1 : 0;
      }
      if (flagged != changed / 2) {
        throw new IOException(flagged + " messages are flagged instead of " + changed / 2);
      }
    }
  }

  private static Measure append(Peer peer) throws Exception {
    int sessions = 32;
    int each = 100;
    int accounts = peer.accounts().size();
    int[] sent = new int[accounts];
    for (int i = 0; i < sessions; i++) {
      sent[i % accounts] += each;
    }
    try (Inboxes inboxes = new Inboxes(peer)) {
      long nanos =
          Crowd.run(
              sessions,
              (session, ready) -> {
                try (Wire imap = login(peer, session % accounts)) {
                  ready.run();
                  for (int i = 0; i < each; i++) {
                    byte[] m = TEXT.message(session, i, "append@bench.test");
                    imap.send(Filling.appending("INBOX", m));
                    imap.imapAnswer("q");
                  }
                }
              });
      inboxes.await(sent);
      return Measure.perSecond(sessions * each, nanos);
    }
  }

  private static Measure mix(Peer peer, int n) throws Exception {
    int clients = 10;
    int sessions = 20;
    List<String> commands =
        List.of(
            "SELECT " + MAILBOX,
            "FETCH %d:%d (FLAGS UID ENVELOPE)",
            "FETCH %d (BODY.PEEK[])",
            "STORE %d +FLAGS (\\Seen)",
            "SEARCH UNSEEN",
            "UID SEARCH SUBJECT \"Message %d\"",
            "NOOP");
    long nanos =
        Crowd.run(
            clients,
            (client, ready) -> {
              ready.run();
              for (int i = 0; i < sessions; i++) {
                int number = 1 + (client * 997 + i * 31) % (n - 20);
                try (Wire imap = login(peer, 0)) {
                  for (String c : commands) {
                    Filling.ask(imap, c.formatted(number, number + 19));
                  }
                  Filling.ask(imap, "LOGOUT");
                }
              }
            });
    return Measure.perSecond(clients * sessions * (commands.size() + 2L), nanos);
  }

  /// Makes the mailbox of the first account hold `messages`. Copies are as good as messages of
  /// their own, for work that reads no text.
  @Override
  public void prepare(Peer peer) throws Exception {
    if (messages > 0) {
      fill(peer, messages);
    }
  }

  /// Lets [#MAILBOX] of the first account have so many messages.
  static void fill(Peer peer, int messages) throws Exception {
    Filling.reach(
        peer,
        peer.accounts().getFirst(),
        MAILBOX,
        messages,
        DIFFERENT,
        (filler, number) -> TEXT.message(filler, number, "bench@bench.test"));
  }
}
