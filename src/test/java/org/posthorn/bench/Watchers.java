package org.posthorn.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Many sessions watch mailboxes by IDLE (RFC 2177), and messages are appended, one at a time: how
/// long after its last octet was sent is each watcher told of it?
///
/// @param watchers sessions in IDLE
/// @param accounts whose INBOX they watch, as many each
record Watchers(String name, int watchers, int accounts, int appends) implements Workload {
  private static final int WATCHERS = 1000;
  private static final int APPENDS = 20;
  private static final int OPENERS = 8;
  private static final int OCTETS = 1024;
  private static final int PATIENCE_SECONDS = 60;
  private static final MailText TEXT = new MailText(OCTETS, "idle");

  static List<Workload> all(Scale scale) {
    int n = scale.of(WATCHERS);
    int appends = scale.quick() ? 5 : APPENDS;
    return List.of(
        new Watchers("idle-notify", n, 1, appends),
        new Watchers("idle-notify-spread", n, 32, appends));
  }

  @Override
  public String what() {
    return "IDLE, from APPEND to EXISTS, %d watchers of %s"
        .formatted(watchers, accounts == 1 ? "one mailbox" : accounts + " mailboxes");
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public Set<String> needs() {
    return Set.of("imap");
  }

  /// One who waits for the next message.
  private static final class Watcher {
    final Wire imap;
    final int account;
    volatile long told;

    Watcher(Wire imap, int account) {
      this.imap = imap;
      this.account = account;
    }

    /// Reads until so many messages are told of.
    void await(int messages) throws IOException {
      for (String line = imap.line(); ; line = imap.line()) {
        if (line.endsWith(" EXISTS")
            && Integer.parseInt(line.substring(2, line.length() - 7)) >= messages) {
          told = System.nanoTime();
          return;
        }
        if (!line.startsWith("* ")) {
          throw new IOException("in IDLE: " + line);
        }
      }
    }
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    int number = Math.min(accounts, peer.accounts().size());
    Watcher[] all = new Watcher[watchers];
    try {
      Crowd.run(
          OPENERS,
          (opener, ready) -> {
            ready.run();
            for (int i = opener; i < watchers; i += OPENERS) {
              all[i] = new Watcher(open(peer, i % number), i % number);
            }
          });
      double[] latencies = new double[0];
      for (int i = 0; i < appends; i++) {
        double[] some = append(peer, all, i % number, i);
        int before = latencies.length;
        latencies = Arrays.copyOf(latencies, before + some.length);
        System.arraycopy(some, 0, latencies, before, some.length);
      }
      Arrays.sort(latencies);
      return Measure.of(latencies[latencies.length / 2], latencies.length)
          .and("99 % ms", latencies[latencies.length * 99 / 100])
          .and("last ms", latencies[latencies.length - 1]);
    } finally {
      for (Watcher w : all) {
        if (w != null) {
          w.imap.close();
        }
      }
    }
  }

  private static Wire open(Peer peer, int account) throws IOException {
    Wire imap = peer.mailbox(peer.accounts().get(account));
    Filling.ask(imap, "SELECT INBOX");
    imap.ask("c IDLE", "+ ");
    return imap;
  }

  /// Appends one message; the milliseconds of each who watches that account.
  private static double[] append(Peer peer, Watcher[] all, int account, int number)
      throws Exception {
    List<Watcher> here = Arrays.stream(all).filter(w -> w.account == account).toList();
    try (Wire imap = peer.mailbox(peer.accounts().get(account))) {
      int messages = Filling.count(imap, "INBOX") + 1;
      AtomicReference<Exception> failure = new AtomicReference<>();
      CountDownLatch told = new CountDownLatch(here.size());
      for (Watcher w : here) {
        Thread.ofVirtual()
            .start(() -> {
              try {
                w.await(messages);
              } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
              } finally {
                told.countDown();
              }
            });
      }
      byte[] command = Filling.appending("INBOX", TEXT.message(account, number, "idle@bench.test"));
      imap.send(command);
      long sent = System.nanoTime();
      imap.imapAnswer("q");
      if (!told.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(told.getCount() + " watchers were not told");
      }
      if (failure.get() != null) {
        throw failure.get();
      }
      return here.stream().mapToDouble(w -> (w.told - sent) / 1e6).toArray();
    }
  }
}
