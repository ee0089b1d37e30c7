package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// SEARCH for words in the texts of one large mailbox, each a word that was not asked for before
/// and that few messages have; and then the same words again.
final class Searches implements Workload {
  private static final int SESSIONS = 8;

  /// Words asked for in a round, unless that takes too long.
  private static final int WORDS = 40;

  private static final int WORDS_MIN = 3;
  private static final long MEDIAN_NANOS = TimeUnit.SECONDS.toNanos(2);

  /// The most frequent of them stands in about one message of a hundred.
  private static final int FIRST_WORD = 3_000;

  /// An index that is made later is waited for until it makes no difference.
  private static final int SETTLE_SECONDS_MAX = 300;

  private static final int OCTETS = 2_500;

  private final String name;
  private final int messages;
  private final VariedMail mail = new VariedMail(OCTETS);
  private final Map<String, Integer> next = new HashMap<>(); // word, by peer

  private Searches(String name, int messages) {
    this.name = name;
    this.messages = messages;
  }

  static List<Workload> all(Scale scale) {
    List<Workload> all = new ArrayList<>();
    all.add(new Searches("search-10k", scale.of(10_000)));
    if (!scale.quick()) {
      all.add(new Searches("search-100k", 100_000));
    }
    return all;
  }

  /// As it stands in the table of growth.
  static Workload growing(int messages) {
    return new Searches("search-body", messages);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String what() {
    return "SEARCH BODY for a new word in %d messages".formatted(messages);
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public Set<String> needs() {
    return Set.of("imap", "lmtp");
  }

  @Override
  public Setup setup() {
    return new Setup.Mailboxes(name, 1);
  }

  @Override
  public void prepare(Peer peer) throws Exception {
    fill(peer, peer.accounts().getFirst(), mail);
    try (Wire imap = selected(peer)) {
      next.put(peer.name(), settle(imap, mail, FIRST_WORD));
    }
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    int word = next.merge(peer.name(), 2 * WORDS, Integer::sum) - 2 * WORDS;
    try (Wire imap = selected(peer)) {
      double body = median(imap, "BODY", mail, word);
      double repeated = median(imap, "BODY", mail, word);
      double anywhere = median(imap, "TEXT", mail, word + WORDS);
      double header = median(imap, "SUBJECT", mail, word + WORDS);
      imap.send("q LOGOUT\r\n");
      imap.imapAnswer("q");
      return Measure.of(body, 4 * WORDS)
          .and("ms again", repeated)
          .and("ms TEXT", anywhere)
          .and("ms SUBJECT", header);
    }
  }

  private Wire selected(Peer peer) throws IOException {
    Wire imap = peer.mailbox(peer.accounts().getFirst());
    imap.send("s SELECT INBOX\r\n");
    imap.imapAnswer("s");
    return imap;
  }

  private void fill(Peer peer, Peer.Login account, VariedMail mail) throws Exception {
    Crowd.run(
        SESSIONS,
        (session, ready) -> {
          try (Wire lmtp = peer.connect("lmtp")) {
            lmtp.reply("220");
            lmtp.send("LHLO elsewhere.test\r\n");
            lmtp.reply("250");
            ready.run();
            for (int i = session; i < messages; i += SESSIONS) {
              lmtp.send(
                  "MAIL FROM:<bench@elsewhere.test>\r\nRCPT TO:<"
                      + account.name()
                      + ">\r\nDATA\r\n");
              lmtp.reply("250");
              lmtp.reply("250");
              lmtp.reply("354");
              lmtp.send(mail.message(i)); // no line begins with a dot
              lmtp.send(".\r\n");
              lmtp.reply("250");
            }
            lmtp.ask("QUIT", "221");
          }
        });
  }

  /// Waits until three searches in a row take about the same; the next word not asked for.
  private int settle(Wire imap, VariedMail mail, int from) throws Exception {
    int next = from;
    double last = Double.MAX_VALUE;
    int same = 0;
    for (int i = 0; i < SETTLE_SECONDS_MAX && same < 3; i++) {
      Thread.sleep(1000);
      double now = search(imap, "BODY", mail.word(next++));
      same = now > last / 2 && now < last * 2 ? same + 1 : 0;
      last = now;
    }
    return next;
  }

  private static double median(Wire imap, String key, VariedMail mail, int from)
      throws IOException {
    double[] all = new double[WORDS];
    long until = System.nanoTime() + MEDIAN_NANOS;
    int n = 0;
    while (n < WORDS && (n < WORDS_MIN || System.nanoTime() < until)) {
      all[n] = search(imap, key, mail.word(from + n));
      n++;
    }
    return middle(Arrays.copyOf(all, n));
  }

  private static double middle(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static double search(Wire imap, String key, String word) throws IOException {
    long began = System.nanoTime();
    imap.send("s SEARCH " + key + " " + word + "\r\n");
    imap.imapAnswer("s");
    return (System.nanoTime() - began) / 1e6;
  }
}
