package org.posthorn.bench;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// SEARCH for words in the texts of one large mailbox, each a word that was not asked for before
/// and that few messages have; and then the same words again.
///
/// @param messages in the mailbox
/// @param octets of a body, about
record Searches(String name, int messages, int octets) implements Scenario {
  private static final int SESSIONS = 8;

  /// Words asked for in a round.
  private static final int WORDS = 40;

  /// The most frequent of them stands in about one message of a hundred.
  private static final int FIRST_WORD = 3_000;

  /// An index that is made later is waited for until it makes no difference.
  private static final int SETTLE_SECONDS_MAX = 300;

  @Override
  public String what() {
    return "SEARCH BODY for a new word in %d messages".formatted(messages);
  }

  @Override
  public Result run(Peer peer, Rounds rounds) throws Exception {
    VariedMail mail = new VariedMail(octets);
    Peer.Login account = peer.accounts().getFirst();
    fill(peer, account, mail);
    Map<String, Double> details = new LinkedHashMap<>();
    try (Wire imap = peer.connect("imap")) {
      imap.expect("* OK");
      Peer.login(imap, account);
      imap.send("s SELECT INBOX\r\n");
      imap.imapAnswer("s");
      int next = FIRST_WORD;
      details.put("ms at first", search(imap, "BODY", mail.word(next++)));
      next = settle(imap, mail, next);
      double[] first = new double[rounds.measured()];
      double[] again = new double[first.length];
      double[] text = new double[first.length];
      double[] subject = new double[first.length];
      for (int r = -rounds.warmUps(); r < first.length; r++) {
        double body = median(imap, "BODY", mail, next);
        double repeated = median(imap, "BODY", mail, next);
        double anywhere = median(imap, "TEXT", mail, next + WORDS);
        double header = median(imap, "SUBJECT", mail, next + WORDS);
        next += 2 * WORDS;
        if (r >= 0) {
          first[r] = body;
          again[r] = repeated;
          text[r] = anywhere;
          subject[r] = header;
        }
      }
      details.put("ms again", middle(again));
      details.put("ms TEXT", middle(text));
      details.put("ms SUBJECT", middle(subject));
      imap.send("q LOGOUT\r\n");
      imap.imapAnswer("q");
      return Result.of(name, what(), "ms", first, details);
    }
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
    for (int i = 0; i < WORDS; i++) {
      all[i] = search(imap, key, mail.word(from + i));
    }
    return middle(all);
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
