package org.posthorn.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Fills mailboxes by IMAP, quickly: APPENDs that do not wait for each other, then copies.
final class Filling {
  private static final int FILLERS = 8;

  /// Commands sent before answers are awaited.
  private static final int WINDOW = 50;

  /// Messages copied by one command.
  private static final int COPY_STEP = 10_000;

  /// What a message is.
  interface Text {
    byte[] message(int filler, int number);
  }

  private Filling() {}

  /// Makes the mailbox, if need be, and lets it have `messages`: those of the first `different` are
  /// appended, each unlike the others, the rest are copies of them. What is there already stays.
  static void reach(
      Peer peer, Peer.Login account, String mailbox, int messages, int different, Text text)
      throws Exception {
    int present;
    try (Wire imap = peer.mailbox(account)) {
      imap.send("q CREATE " + mailbox + "\r\n");
      imap.line(); // may be there already
      present = count(imap, mailbox);
    }
    append(peer, account, mailbox, present, Math.min(messages, different), text);
    if (messages > different) {
      copy(peer, account, mailbox, messages);
    }
    try (Wire imap = peer.mailbox(account)) {
      int there = count(imap, mailbox);
      if (there < messages) {
        throw new IOException(there + " messages in " + mailbox + " instead of " + messages);
      }
    }
  }

  private static void append(
      Peer peer, Peer.Login account, String mailbox, int from, int to, Text text) throws Exception {
    if (from >= to) {
      return;
    }
    Crowd.run(
        FILLERS,
        (filler, ready) -> {
          try (Wire imap = peer.mailbox(account)) {
            ready.run();
            int waiting = 0;
            for (int i = from + filler; i < to; i += FILLERS) {
              imap.send(appending(mailbox, text.message(filler, i)));
              if (++waiting == WINDOW) {
                for (; waiting > 0; waiting--) {
                  imap.imapAnswer("q");
                }
              }
            }
            for (; waiting > 0; waiting--) {
              imap.imapAnswer("q");
            }
          }
        });
  }

  private static void copy(Peer peer, Peer.Login account, String mailbox, int messages)
      throws IOException {
    try (Wire imap = peer.mailbox(account)) {
      ask(imap, "SELECT " + mailbox);
      int there = count(imap, mailbox);
      while (there < messages) {
        int some = Math.min(Math.min(there, COPY_STEP), messages - there);
        int first = 1 + there % Math.max(1, there - some + 1);
        ask(imap, "COPY " + first + ":" + (first + some - 1) + " " + mailbox);
        there += some;
      }
    }
  }

  /// An empty mailbox of this name.
  static void fresh(Wire imap, String mailbox) throws IOException {
    imap.send("q DELETE " + mailbox + "\r\n");
    while (!imap.line().startsWith("q ")) {
      // There may be none.
    }
    ask(imap, "CREATE " + mailbox);
  }

  static int count(Wire imap, String mailbox) throws IOException {
    imap.send("s STATUS " + mailbox + " (MESSAGES)\r\n");
    int count = -1;
    for (String line = imap.line(); !line.startsWith("s "); line = imap.line()) {
      if (line.startsWith("* STATUS")) {
        count = Integer.parseInt(line.replaceAll(".*MESSAGES (\\d+).*", "$1"));
      }
    }
    return count;
  }

  /// How many untagged responses came before OK.
  static int ask(Wire imap, String command) throws IOException {
    imap.send("q " + command + "\r\n");
    return imap.imapAnswer("q");
  }

  /// APPEND with a literal that nobody asks for (RFC 7888), tagged `q`.
  static byte[] appending(String mailbox, byte[] message) {
    String line = "q APPEND " + mailbox + " {" + message.length + "+}\r\n";
    byte[] head = line.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[head.length + message.length + 2];
    System.arraycopy(head, 0, all, 0, head.length);
    System.arraycopy(message, 0, all, head.length, message.length);
    all[all.length - 2] = '\r';
    all[all.length - 1] = '\n';
    return all;
  }
}
