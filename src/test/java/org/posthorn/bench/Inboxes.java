package org.posthorn.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// The INBOXes of all accounts, seen by IMAP: when has everything arrived that was sent, and is it
/// what was sent?
final class Inboxes implements AutoCloseable {
  private static final long POLL_NANOS = 2_000_000;
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final List<Wire> sessions = new ArrayList<>();
  private final int[] before;

  /// Logs in everywhere and counts what is there already.
  Inboxes(Peer peer) throws IOException {
    before = new int[peer.accounts().size()];
    try {
      for (int i = 0; i < before.length; i++) {
        sessions.add(peer.mailbox(peer.accounts().get(i)));
        before[i] = Peer.messages(sessions.get(i));
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  /// Waits until each account has as many more; fails if one has more than that. One account is
  /// asked at a time, so that asking costs the server next to nothing.
  void await(int[] sent) throws IOException {
    long until = System.nanoTime() + PATIENCE_NANOS;
    for (int i = 0; i < before.length; i++) {
      int wanted = before[i] + sent[i];
      int there = Peer.messages(sessions.get(i));
      while (there < wanted) {
        if (System.nanoTime() > until) {
          throw new IOException(
              (wanted - there) + " of " + sent[i] + " messages did not arrive at account " + i);
        }
        LockSupport.parkNanos(POLL_NANOS);
        there = Peer.messages(sessions.get(i));
      }
      if (there > wanted) {
        throw new IOException((there - wanted) + " too many messages arrived at account " + i);
      }
    }
  }

  /// Looks at what has come into one account: each message is at least so long, and the last one
  /// ends as it was sent.
  void check(int account, int sent, MailText text) throws IOException {
    Wire imap = sessions.get(account);
    imap.send("s EXAMINE INBOX\r\n");
    imap.imapAnswer("s");
    int seen = 0;
    imap.send("f FETCH " + (before[account] + 1) + ":* (RFC822.SIZE)\r\n");
    for (String line = imap.line(); !line.startsWith("f "); line = imap.line()) {
      if (line.contains("RFC822.SIZE")) {
        seen++;
        long size = Long.parseLong(line.replaceAll(".*RFC822.SIZE (\\d+).*", "$1"));
        if (size < text.octets()) {
          throw new IOException("a message of " + text.octets() + " octets has " + size);
        }
      }
    }
    if (seen != sent) {
      throw new IOException(seen + " messages were told instead of " + sent);
    }
    byte[] last = imap.literalOf("f", "FETCH * (BODY.PEEK[])");
    text.verify(last);
  }

  @Override
  public void close() {
    sessions.forEach(Wire::close);
  }
}
