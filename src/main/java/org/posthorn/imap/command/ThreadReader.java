package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.mime.BaseSubject;
import org.posthorn.mime.Collation;
import org.posthorn.mime.Envelope;
import org.posthorn.mime.Headers;
import org.posthorn.mime.MessageIds;
import org.posthorn.mime.MimeScanner;
import org.posthorn.store.Account;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.UidSet;

/// Reads what threading needs of messages: their rows, and of mail stored by 0.1.0 the References
/// field, which rows did not have then.
final class ThreadReader {
  private static final int RUN = Account.MESSAGES_MAX;

  private final Account account;
  private final ThreadTree.Algorithm algorithm;
  private final Collation collation;
  private final ThreadTree tree;

  private ThreadReader(Account account, ThreadTree.Algorithm algorithm, Collation collation) {
    this.collation = collation;
    this.account = account;
    this.algorithm = algorithm;
    this.tree = new ThreadTree(algorithm);
  }

  static ThreadTree read(
      Account account,
      Mailbox box,
      ThreadTree.Algorithm algorithm,
      Collation collation,
      UidSet found)
      throws IOException {
    var reader = new ThreadReader(account, algorithm, collation);
    long[] uids = new long[RUN];
    long[] emails = new long[RUN];
    long[] arrived = new long[RUN];
    int run = 0;
    EntryCursor c = box.entries(found);
    while (c.next()) {
      uids[run] = c.uid();
      emails[run] = c.emailId();
      arrived[run++] = c.internalDate();
      if (run == RUN) {
        reader.add(uids, emails, arrived, run);
        run = 0;
      }
    }
    reader.add(uids, emails, arrived, run);
    return reader.tree.build();
  }

  private void add(long[] uids, long[] emails, long[] arrived, int run) throws IOException {
    for (int done = 0; done < run; ) {
      List<MessageRow> rows = account.messages(emails, done, run - done);
      for (int i = 0; i < rows.size(); i++) {
        tree.add(message(uids[done + i], rows.get(i), arrived[done + i]));
      }
      done += rows.size();
    }
  }

  /// @param row null if the message is gone, and its grave cleared
  private ThreadTree.Message message(long uid, MessageRow row, long arrived) throws IOException {
    if (row == null) {
      return new ThreadTree.Message(uid, arrived, "", false, null, List.of());
    }
    var e = new Envelope(row.envelope());
    if (algorithm == ThreadTree.Algorithm.REFS) {
      return new ThreadTree.Message(uid, arrived, "", false, id(e), references(e, row));
    }
    long sent = SortRun.sent(e, arrived);
    BaseSubject base = BaseSubject.parse(e.text(Envelope.Field.SUBJECT));
    String subject = collation.fold(base.text());
    return algorithm == ThreadTree.Algorithm.ORDEREDSUBJECT
        ? new ThreadTree.Message(uid, sent, subject, false, null, List.of())
        : new ThreadTree.Message(uid, sent, subject, base.answers(), id(e), references(e, row));
  }

  private static String id(Envelope e) {
    List<String> ids = MessageIds.parse(e.text(Envelope.Field.MESSAGE_ID));
    return ids.isEmpty() ? null : unquoted(ids.getFirst());
  }

  /// Those of References, else the first of In-Reply-To.
  private List<String> references(Envelope e, MessageRow row) throws IOException {
    List<String> ids = row.references();
    if (ids == null) {
      ids = MessageIds.parse(field(row, "References"));
    }
    if (ids.isEmpty()) {
      ids = MessageIds.parse(e.text(Envelope.Field.IN_REPLY_TO));
      ids = ids.isEmpty() ? ids : ids.subList(0, 1);
    }
    List<String> unquoted = new ArrayList<>(ids.size());
    for (String id : ids) {
      unquoted.add(unquoted(id));
    }
    return unquoted;
  }

  /// RFC 5256 §3: `"a"@b` and `a@b` are the same.
  private static String unquoted(String id) {
    return id.indexOf('"') < 0 ? id : id.replace("\"", "").replace("\\", "");
  }

  private String field(MessageRow row, String name) throws IOException {
    for (Headers.Header h : row.structure().headers().all()) {
      if (h.name().equalsIgnoreCase(name)) {
        byte[] octets = account.bytes(row, h.offset(), h.length());
        String lines = new String(octets, StandardCharsets.ISO_8859_1) + "\r\n";
        return MimeScanner.scan(lines.getBytes(StandardCharsets.ISO_8859_1)).headers().first(name);
      }
    }
    return null;
  }
}
