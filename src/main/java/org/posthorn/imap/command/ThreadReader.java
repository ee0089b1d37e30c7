package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.posthorn.imap.command.MessageNotes.Kind;
import org.posthorn.mime.Collation;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.NotedCursor;
import org.posthorn.store.UidSet;

/// Gives to a tree what threading needs of messages: what was noted of them.
final class ThreadReader {
  private ThreadReader() {}

  static ThreadTree read(
      Account account,
      Mailbox box,
      ThreadTree.Algorithm algorithm,
      Collation collation,
      UidSet found)
      throws IOException {
    List<Kind> kinds =
        switch (algorithm) {
          case ORDEREDSUBJECT -> List.of(Kind.DATE, Kind.SUBJECT);
          case REFERENCES -> List.of(Kind.DATE, Kind.SUBJECT, Kind.LINKS);
          case REFS -> List.of(Kind.LINKS);
        };
    int date = kinds.indexOf(Kind.DATE);
    int subject = kinds.indexOf(Kind.SUBJECT);
    int links = kinds.indexOf(Kind.LINKS);
    var tree = new ThreadTree(algorithm);
    var notes = new MessageNotes(account, collation, kinds);
    NotedCursor c = box.noted(found, notes.names(), notes);
    while (c.next()) {
      long arrived = c.internalDate();
      tree.add(
          new ThreadTree.Message(
              c.uid(),
              date < 0 ? arrived : MessageNotes.date(c, date, arrived),
              subject < 0 ? "" : text(c, subject),
              links < 0 ? Links.EMPTY : Links.of(c.octets(links), c.from(links), c.to(links))));
    }
    return tree.build();
  }

  private static String text(NotedCursor c, int kind) {
    int from = c.from(kind);
    return new String(c.octets(kind), from, c.to(kind) - from, StandardCharsets.UTF_8);
  }
}
