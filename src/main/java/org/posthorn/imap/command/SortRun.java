package org.posthorn.imap.command;

import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.posthorn.imap.wire.SortKey;
import org.posthorn.mime.Address;
import org.posthorn.mime.BaseSubject;
import org.posthorn.mime.Collation;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mime.Envelope;
import org.posthorn.mime.MailDate;
import org.posthorn.store.Account;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.UidSet;

/// Puts messages in order (RFC 5256 §3): reads what the criteria need of each, in columns, then
/// sorts the places. Pages are enough for ARRIVAL and SIZE; the others read message rows, never the
/// octets of messages.
final class SortRun {
  private static final int RUN = Account.MESSAGES_MAX;

  private final Account account;
  private final Mailbox box;
  private final List<SortKey> keys;
  private final Collation collation;
  private final long[][] numbers;
  private final SortText[] texts;
  private final long[] uids;
  private int count;

  SortRun(Account account, Mailbox box, List<SortKey> keys, Collation collation, UidSet found) {
    this.account = account;
    this.box = box;
    this.keys = keys;
    this.collation = collation;
    this.uids = new long[(int) found.size()];
    this.numbers = new long[keys.size()][];
    this.texts = new SortText[keys.size()];
    for (int k = 0; k < keys.size(); k++) {
      switch (keys.get(k).by()) {
        case ARRIVAL, SIZE, DATE, RELEVANCY -> numbers[k] = new long[uids.length];
        case CC, FROM, SUBJECT, TO, DISPLAYFROM, DISPLAYTO -> texts[k] = new SortText();
      }
    }
    read(found);
  }

  /// The UIDs in order, where they may be sorted by how well they are what was sought.
  long[] sorted(Found found) {
    for (int k = 0; k < keys.size(); k++) {
      for (int i = 0; keys.get(k).by() == SortKey.By.RELEVANCY && i < count; i++) {
        numbers[k][i] = -Float.floatToIntBits(found.score(uids[i])); // the best first
      }
    }
    return sorted();
  }

  /// The UIDs in order.
  long[] sorted() {
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Comparator<Integer> comparator = (a, b) -> 0;
    for (int k = 0; k < keys.size(); k++) {
      long[] n = numbers[k];
      SortText t = texts[k];
      Comparator<Integer> c =
          n != null ? (a, b) -> Long.compare(n[a], n[b]) : (a, b) -> t.compare(a, b);
      comparator = comparator.thenComparing(keys.get(k).reverse() ? c.reversed() : c);
    }
    Arrays.sort(order, comparator); // stable: what is equal stays in the mailbox's order
    long[] sorted = new long[count];
    Arrays.setAll(sorted, i -> uids[order[i]]);
    return sorted;
  }

  // ---- reading

  private void read(UidSet found) {
    boolean needsRow = keys.stream().anyMatch(k -> !ofPages(k.by()));
    long[] emails = new long[RUN];
    long[] arrived = new long[RUN];
    int run = 0;
    EntryCursor c = box.entries(found);
    while (c.next()) {
      int i = count + run;
      uids[i] = c.uid();
      for (int k = 0; k < keys.size(); k++) {
        switch (keys.get(k).by()) {
          case ARRIVAL -> numbers[k][i] = c.internalDate();
          case SIZE -> numbers[k][i] = c.size();
          default -> {}
        }
      }
      emails[run] = c.emailId();
      arrived[run++] = c.internalDate();
      if (run == RUN) {
        end(emails, arrived, run, needsRow);
        run = 0;
      }
    }
    end(emails, arrived, run, needsRow);
  }

  private static boolean ofPages(SortKey.By by) {
    return switch (by) {
      case ARRIVAL, SIZE, RELEVANCY -> true;
      case CC, DATE, FROM, SUBJECT, TO, DISPLAYFROM, DISPLAYTO -> false;
    };
  }

  private void end(long[] emails, long[] arrived, int run, boolean needsRow) {
    for (int done = 0; needsRow && done < run; ) {
      List<MessageRow> rows = account.messages(emails, done, run - done);
      for (int i = 0; i < rows.size(); i++) {
        row(count + done + i, rows.get(i), arrived[done + i]);
      }
      done += rows.size();
    }
    count += run;
  }

  /// @param row null if the message is gone, and its grave cleared
  private void row(int i, MessageRow row, long arrived) {
    Envelope e = row == null ? null : new Envelope(row.envelope());
    for (int k = 0; k < keys.size(); k++) {
      switch (keys.get(k).by()) {
        case ARRIVAL, SIZE, RELEVANCY -> {}
        case DATE -> numbers[k][i] = sent(e, arrived);
        case SUBJECT -> texts[k].add(e == null ? "" : subject(e));
        case FROM -> texts[k].add(localPart(e, Envelope.Field.FROM));
        case TO -> texts[k].add(localPart(e, Envelope.Field.TO));
        case CC -> texts[k].add(localPart(e, Envelope.Field.CC));
        case DISPLAYFROM -> texts[k].add(display(e, Envelope.Field.FROM));
        case DISPLAYTO -> texts[k].add(display(e, Envelope.Field.TO));
      }
    }
  }

  /// RFC 5256 §2.2: the Date field in seconds since 1970; without a valid one, the arrival.
  static long sent(Envelope e, long arrived) {
    String date = e == null ? null : e.text(Envelope.Field.DATE);
    OffsetDateTime t = date == null ? null : MailDate.parse(date);
    return t == null ? arrived : t.toEpochSecond();
  }

  /// RFC 5256 §2.1, made comparable.
  private String subject(Envelope e) {
    return collation.fold(BaseSubject.of(e.text(Envelope.Field.SUBJECT)));
  }

  /// RFC 5256 §3: addr-mailbox of the first address.
  private String localPart(Envelope e, Envelope.Field field) {
    Address.Mailbox a = e == null ? null : e.firstAddress(field);
    return a == null ? "" : collation.fold(a.localPart());
  }

  /// RFC 5957 §3: the display name of the first address, else its local part and domain.
  private String display(Envelope e, Envelope.Field field) {
    Address.Mailbox a = e == null ? null : e.firstAddress(field);
    if (a == null) {
      return "";
    }
    String name = a.name() == null ? "" : EncodedWords.decode(a.name());
    if (!name.isEmpty()) {
      return collation.fold(name);
    }
    return collation.fold(a.domain().isEmpty() ? a.localPart() : a.localPart() + "@" + a.domain());
  }
}
