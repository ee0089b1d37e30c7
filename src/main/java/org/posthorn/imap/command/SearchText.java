package org.posthorn.imap.command;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.mime.Collation;
import org.posthorn.mime.FoldedText;
import org.posthorn.mime.MailDate;
import org.posthorn.mime.MessageText;
import org.posthorn.mime.MimeScanner;
import org.posthorn.mime.Part;
import org.posthorn.store.Account;
import org.posthorn.store.MessageRow;

/// One message as SEARCH looks at it. Everything is read when it is asked for, headers once.
final class SearchText {
  /// More of a part's header is not looked at.
  private static final int HEADER_MAX = 64 << 10;

  private final Account account;
  private final MessageRow row;
  private final Collation collation;
  private MessageText text;

  /// Folded names of files, empty for one without; null until asked for.
  private List<String> files;

  SearchText(Account account, MessageRow row, Collation collation) {
    this.collation = collation;
    this.account = account;
    this.row = row;
  }

  MessageText text() {
    if (text == null) {
      text = account.text(row).by(collation);
    }
    return text;
  }

  long email() {
    return row.email().value();
  }

  /// Whether the message belongs to the thread (RFC 8474 §6).
  boolean thread(String id) {
    return row.thread().toString().equals(id);
  }

  long thread() {
    return row.thread().value();
  }

  /// Whether a part is a file with that in its name: one is meant to be saved, or has a name.
  boolean attachment(String name) throws IOException {
    if (files == null) {
      files = new ArrayList<>();
      addFiles(row.structure());
    }
    String folded = FoldedText.of(name);
    for (String file : files) {
      if (file.contains(folded)) {
        return true;
      }
    }
    return false;
  }

  private void addFiles(Part p) throws IOException {
    if (p.multipart() || p.message()) {
      for (Part child : p.children()) {
        addFiles(child);
      }
    }
    if (p.multipart()) {
      return;
    }
    // The row keeps no names of files.
    int n = (int) Math.min(p.bodyStart() - p.headerStart(), HEADER_MAX);
    String file =
        n == 0 ? null : MimeScanner.scan(account.bytes(row, p.headerStart(), n)).fileName();
    if (file != null) {
      files.add(FoldedText.of(file));
    } else if ("attachment".equalsIgnoreCase(p.disposition())) {
      files.add("");
    }
  }

  /// RFC 3501 §6.4.4: the date of the Date field, time and zone disregarded. Without one: no.
  boolean sent(SearchKey.Day day) throws IOException {
    String date = text().headers().first("Date");
    OffsetDateTime t = date == null ? null : MailDate.parse(date);
    return t != null && SearchRun.withinDays(day, t.toLocalDate().toEpochDay());
  }
}
