package org.posthorn.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Mail that leaves: sessions submit messages for other domains with TLS and AUTH, the server keeps
/// each durably, answers, and sends it on to a sink. The clock stops when the sink has all of them.
record Sending(int sessions, int messages, MailText text) implements Workload {
  private static final int DOMAINS = 50;
  private static final int OCTETS = 4096;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  static List<Workload> all(Scale scale) {
    MailText text = new MailText(OCTETS, Long.toHexString(System.nanoTime()) + "s");
    return List.of(new Sending(32, scale.of(5_000), text));
  }

  @Override
  public String name() {
    return "send-4k-32";
  }

  @Override
  public String what() {
    return "submitted with TLS and AUTH, until sent on, 4 KiB, " + sessions + " sessions";
  }

  @Override
  public String unit() {
    return "msg/s";
  }

  @Override
  public Set<String> needs() {
    return Set.of("submissions");
  }

  @Override
  public Setup setup() {
    return new Relays();
  }

  private record Relays() implements Setup {
    @Override
    public Running start(Launcher launcher, String contender) throws Exception {
      if (!contender.equals(SELF) && !contender.equals("postfix")) {
        return null;
      }
      Sink sink = new Sink();
      try {
        Running r =
            contender.equals(SELF)
                ? DevServer.start(
                    launcher,
                    1,
                    "--relay",
                    sink.address().getHostString() + ":" + sink.address().getPort())
                : PostfixServer.relay(launcher.root(), sink.address());
        return new Running(r.peer().with(sink), List.of(r, sink));
      } catch (IOException e) {
        sink.close();
        throw e;
      }
    }
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    Sink sink = peer.sink();
    String from = peer.accounts().getFirst().name();
    long before = sink.messages();
    long octets = sink.octets();
    int round = text.nextRound();
    long accepted =
        Crowd.run(
            sessions,
            (session, ready) -> {
              int mine = messages / sessions + (session < messages % sessions ? 1 : 0);
              try (Smtp smtp = Smtp.open(peer, "submissions")) {
                ready.run();
                for (int i = 0; i < mine; i++) {
                  String to = "x@d" + (session + i) % DOMAINS + ".test";
                  smtp.send(from, List.of(to), text.wire(round, session, i, from, to));
                }
                smtp.quit();
              }
            });
    long then = System.nanoTime();
    while (sink.messages() < before + messages) {
      if (System.nanoTime() - then > PATIENCE_NANOS) {
        throw new IOException(sink.messages() - before + " of " + messages + " have arrived");
      }
      LockSupport.parkNanos(1_000_000);
    }
    long arrived = accepted + System.nanoTime() - then;
    if (sink.messages() > before + messages) {
      throw new IOException("more have arrived than were sent");
    }
    if (sink.octets() - octets < (long) messages * OCTETS) {
      throw new IOException("less has arrived than was sent");
    }
    return Measure.perSecond(messages, arrived).and("accepted/s", messages * 1e9 / accepted);
  }
}
