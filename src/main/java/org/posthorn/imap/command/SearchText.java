package org.posthorn.imap.command;

import java.io.IOException;
import java.time.OffsetDateTime;
import org.posthorn.imap.wire.SearchKey;
import org.posthorn.mime.Collation;
import org.posthorn.mime.MailDate;
import org.posthorn.mime.MessageText;
import org.posthorn.store.Account;
import org.posthorn.store.MessageRow;

/// One message as SEARCH looks at it. Everything is read when it is asked for, headers once.
final class SearchText {
  private final Account account;
  private final MessageRow row;
  private final Collation collation;
  private MessageText text;

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

  /// RFC 3501 §6.4.4: the date of the Date field, time and zone disregarded. Without one: no.
  boolean sent(SearchKey.Day day) throws IOException {
    String date = text().headers().first("Date");
    OffsetDateTime t = date == null ? null : MailDate.parse(date);
    return t != null && SearchRun.withinDays(day, t.toLocalDate().toEpochDay());
  }
}
