package org.posthorn.bench;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/// One command on every message of a mailbox, whose time is measured: COPY, MOVE and EXPUNGE.
///
/// @param messages in the mailbox
record ImapBulk(Kind kind, int messages) implements Workload {
  enum Kind {
    COPY,
    MOVE,
    EXPUNGE
  }

  private static final String TO = "BulkTo";
  private static final String FROM = "BulkFrom";

  static List<Workload> all(int messages) {
    return List.of(
        new ImapBulk(Kind.COPY, messages),
        new ImapBulk(Kind.MOVE, messages),
        new ImapBulk(Kind.EXPUNGE, messages));
  }

  @Override
  public String name() {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public String what() {
    return switch (kind) {
      case COPY -> "COPY 1:* to another mailbox, %d messages".formatted(messages);
      case MOVE -> "MOVE 1:* to another mailbox, %d messages".formatted(messages);
      case EXPUNGE -> "EXPUNGE of %d messages, all there are".formatted(messages);
    };
  }

  @Override
  public String unit() {
    return "ms";
  }

  @Override
  public Set<String> needs() {
    return Set.of("imap");
  }

  @Override
  public void prepare(Peer peer) throws Exception {
    ImapWork.fill(peer, messages);
  }

  @Override
  public Measure round(Peer peer) throws Exception {
    Peer.Login account = peer.accounts().getFirst();
    try (Wire imap = peer.mailbox(account)) {
      Filling.fresh(imap, FROM);
      Filling.fresh(imap, TO);
      Filling.ask(imap, "EXAMINE " + ImapWork.MAILBOX);
      // The mailbox may have become larger by other work.
      Filling.ask(imap, "COPY 1:" + messages + " " + FROM);
      Filling.ask(imap, "SELECT " + FROM);
      if (kind == Kind.EXPUNGE) {
        Filling.ask(imap, "STORE 1:* +FLAGS.SILENT (\\Deleted)");
      }
      String command =
          switch (kind) {
            case COPY -> "COPY 1:* " + TO;
            case MOVE -> "MOVE 1:* " + TO;
            case EXPUNGE -> "EXPUNGE";
          };
      long start = System.nanoTime();
      int told = Filling.ask(imap, command);
      long nanos = System.nanoTime() - start;
      check(imap, told);
      Filling.ask(imap, "UNSELECT");
      Filling.ask(imap, "DELETE " + FROM);
      Filling.ask(imap, "DELETE " + TO);
      return Measure.millis(1, nanos);
    }
  }

  private void check(Wire imap, int told) throws IOException {
    int from = Filling.count(imap, FROM);
    int to = Filling.count(imap, TO);
    boolean well =
        switch (kind) {
          case COPY -> from == messages && to == messages;
          case MOVE -> from == 0 && to == messages && told >= messages;
          case EXPUNGE -> from == 0 && told >= messages;
        };
    if (!well) {
      throw new IOException(
          "afterwards %d messages here and %d there, %d responses".formatted(from, to, told));
    }
  }
}
