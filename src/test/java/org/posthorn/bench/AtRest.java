package org.posthorn.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// A server with nothing to do: its memory, and the processor's time it takes all the same.
///
/// @param accounts each with one message in its INBOX
record AtRest(String name, int accounts) implements Workload {
  private static final int MANY = 10_000;
  private static final int WATCHED_MILLIS = 20_000;
  private static final int SESSIONS = 16;
  private static final int OCTETS = 1024;
  private static final MailText TEXT = new MailText(OCTETS, "rest");

  static List<Workload> all(Scale scale) {
    return List.of(new AtRest("rest-1", 1), new AtRest("rest-10k", scale.of(MANY)));
  }

  @Override
  public String what() {
    return "resident memory at rest, %d account%s".formatted(accounts, accounts == 1 ? "" : "s");
  }

  @Override
  public String unit() {
    return "MiB";
  }

  @Override
  public Set<String> needs() {
    return Set.of("lmtp");
  }

  /// Servers that know every name, so that many accounts need no list.
  ///
  /// @param name what is different gets servers of its own
  record Anybody(String name, int accounts) implements Setup {
    @Override
    public Running start(Launcher launcher, String contender) throws Exception {
      Running r =
          contender.equals(Setup.SELF)
              ? DevServer.start(launcher, 0, "--any-user")
              : launcher.mailboxes(contender, 1);
      Peer p = r.peer();
      List<Peer.Login> logins = Peer.Login.some(accounts);
      return new Running(
          new Peer(p.name(), p.host(), p.ports(), logins, p.pids(), p.sink()), r.parts());
    }
  }

  @Override
  public Setup setup() {
    return new Anybody(name, accounts);
  }

  @Override
  public Rounds rounds(Rounds wanted) {
    return Rounds.ONCE;
  }

  @Override
  public void prepare(Peer peer) throws Exception {
    deliver(peer, 0, peer.accounts().size());
  }

  /// A message to each of these accounts, by LMTP; the nanoseconds.
  static long deliver(Peer peer, int from, int to) throws Exception {
    return Crowd.run(
        SESSIONS,
        (session, ready) -> {
          try (Wire lmtp = peer.connect("lmtp")) {
            lmtp.reply("220");
            lmtp.send("LHLO elsewhere.test\r\n");
            lmtp.reply("250");
            ready.run();
            for (int i = from + session; i < to; i += SESSIONS) {
              String account = peer.accounts().get(i % peer.accounts().size()).name();
              lmtp.send(
                  "MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<" + account + ">\r\nDATA\r\n");
              lmtp.reply("250");
              lmtp.reply("250");
              lmtp.reply("354");
              lmtp.send(TEXT.wire(session, i, account));
              lmtp.reply("250");
            }
            lmtp.ask("QUIT", "221");
          }
        });
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    if (!peer.local()) {
      throw new IOException(name + " needs --pid, on the same machine");
    }
    double kib = IdleSessions.settled(peer);
    long cpu = peer.processes().cpuMillis();
    Thread.sleep(WATCHED_MILLIS);
    cpu = peer.processes().cpuMillis() - cpu;
    checkOne(peer);
    return Measure.of(kib / 1024, 1).and("CPU ms/s", cpu * 1000.0 / WATCHED_MILLIS);
  }

  /// The last account has its message.
  private static void checkOne(Peer peer) throws IOException {
    try (Wire imap = peer.mailbox(peer.accounts().getLast())) {
      int count = Peer.messages(imap);
      if (count != 1) {
        throw new IOException(count + " messages instead of one");
      }
    }
  }
}
