package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Mail comes in, by as many sessions at once, and is to be seen in mailboxes. The clock starts
/// when all sessions are connected and stops when IMAP STATUS shows every message; how many were
/// acknowledged a second is told beside it.
///
/// @param protocol smtp, lmtp; submission (STARTTLS, AUTH) or submissions (TLS, AUTH)
/// @param perConnection messages before a session connects anew
/// @param recipients of each message
/// @param millis how long a round sends
record Deliveries(
    String name,
    String protocol,
    MailText text,
    int sessions,
    int perConnection,
    int recipients,
    int millis)
    implements Workload {
  private static final int MANY = 100;
  private static final int KIB = 1024;

  /// Messages in a round at most, of all sessions.
  private static final int MESSAGES_MAX = 20_000;

  private static final long OCTETS_MAX = 256L << 20;

  static List<Workload> all(Scale scale) {
    String run = Long.toHexString(System.nanoTime());
    int millis = scale.millis();
    MailText small = new MailText(4 * KIB, run + "a");
    MailText middle = new MailText(64 * KIB, run + "b");
    MailText large = new MailText(KIB * KIB, run + "c");
    List<Workload> all = new ArrayList<>();
    for (int s : new int[] {1, 8, 32, 100}) {
      all.add(new Deliveries("smtp-4k-" + s, "smtp", small, s, MANY, 1, millis));
    }
    all.add(new Deliveries("smtp-4k-32-oneper", "smtp", small, 32, 1, 1, millis));
    all.add(new Deliveries("smtp-4k-32-10rcpt", "smtp", small, 32, MANY, 10, millis));
    all.add(new Deliveries("smtp-4k-32-10rcpt-oneper", "smtp", small, 32, 1, 10, millis));
    for (int s : new int[] {1, 8, 32, 100}) {
      all.add(new Deliveries("smtp-64k-" + s, "smtp", middle, s, MANY, 1, millis));
    }
    for (int s : new int[] {1, 8, 32, 100}) {
      all.add(new Deliveries("smtp-1m-" + s, "smtp", large, s, MANY, 1, millis));
    }
    all.add(new Deliveries("submission-4k-32", "submission", small, 32, MANY, 1, millis));
    all.add(new Deliveries("submissions-4k-32", "submissions", small, 32, MANY, 1, millis));
    all.add(new Deliveries("submissions-4k-32-oneper", "submissions", small, 32, 1, 1, millis));
    all.add(new Deliveries("lmtp-4k-1", "lmtp", small, 1, MANY, 1, millis));
    all.add(new Deliveries("lmtp-4k-32", "lmtp", small, 32, MANY, 1, millis));
    all.add(new Deliveries("lmtp-4k-32-10rcpt", "lmtp", small, 32, MANY, 10, millis));
    all.add(new Deliveries("lmtp-64k-32", "lmtp", middle, 32, MANY, 1, millis));
    all.add(new Deliveries("lmtp-1m-8", "lmtp", large, 8, MANY, 1, millis));
    return all;
  }

  @Override
  public String what() {
    return "%s until visible, %d KiB, %d sessions, %s per connection%s"
        .formatted(
            switch (protocol) {
              case "submission" -> "submission with STARTTLS and AUTH";
              case "submissions" -> "submission with TLS and AUTH";
              default -> protocol.toUpperCase();
            },
            text.octets() / KIB,
            sessions,
            perConnection == 1 ? "one" : String.valueOf(perConnection),
            recipients == 1 ? "" : ", " + recipients + " recipients each");
  }

  @Override
  public String unit() {
    return "msg/s";
  }

  @Override
  public Set<String> needs() {
    return Set.of(protocol);
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    int[][] sent = new int[sessions][peer.accounts().size()];
    int[] messages = new int[sessions];
    long most = Math.min(MESSAGES_MAX, OCTETS_MAX / text.octets()) / sessions;
    int round = text.nextRound();
    try (Inboxes inboxes = new Inboxes(peer)) {
      long acknowledged =
          Crowd.run(
              sessions,
              (session, ready) -> {
                Smtp smtp = Smtp.open(peer, protocol);
                try {
                  ready.run();
                  long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
                  for (int i = 0; i == 0 || i < most && System.nanoTime() < until; i++) {
                    if (i > 0 && i % perConnection == 0) {
                      smtp.quit();
                      smtp = Smtp.open(peer, protocol);
                    }
                    deliver(smtp, peer, round, session, i, sent[session]);
                    messages[session]++;
                  }
                  smtp.quit();
                } finally {
                  smtp.close();
                }
              });
      long began = System.nanoTime();
      int[] sum = new int[peer.accounts().size()];
      int all = 0;
      for (int s = 0; s < sessions; s++) {
        all += messages[s];
        for (int a = 0; a < sum.length; a++) {
          sum[a] += sent[s][a];
        }
      }
      inboxes.await(sum);
      long visible = acknowledged + System.nanoTime() - began;
      int one = round % sum.length;
      if (sum[one] > 0) {
        inboxes.check(one, sum[one], text);
      }
      return Measure.perSecond(all, visible).and("acknowledged/s", all * 1e9 / acknowledged);
    }
  }

  private void deliver(Smtp smtp, Peer peer, int round, int session, int number, int[] sent)
      throws IOException {
    List<Peer.Login> accounts = peer.accounts();
    String from = protocol.startsWith("submission") ? accounts.getFirst().name() : MailText.FROM;
    List<String> to = new ArrayList<>();
    for (int r = 0; r < Math.min(recipients, accounts.size()); r++) {
      int account = (session + number + r) % accounts.size();
      sent[account]++;
      to.add(accounts.get(account).name());
    }
    smtp.send(from, to, text.wire(round, session, number, from, to.getFirst()));
  }
}
