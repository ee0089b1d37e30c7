package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.posthorn.imap.wire.SortKey;
import org.posthorn.mime.Collation;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.NotedCursor;
import org.posthorn.store.UidSet;

/// Puts messages in order (RFC 5256 §3): gathers what the criteria need of each, in columns, then
/// sorts the places. Pages are enough for ARRIVAL and SIZE; the others take what was noted of
/// messages, and read the rows of those of which nothing was, never the octets of messages.
final class SortRun {
  private final Collation collation;
  private final List<SortKey> keys;
  private final boolean[] reverse;
  private final long[][] numbers;
  private final SortText[] texts;
  private final long[] uids;
  private int count;

  SortRun(Account account, Mailbox box, List<SortKey> keys, Collation collation, UidSet found)
      throws IOException {
    this.collation = collation;
    this.keys = keys;
    this.uids = new long[(int) found.size()];
    this.numbers = new long[keys.size()][];
    this.texts = new SortText[keys.size()];
    this.reverse = new boolean[keys.size()];
    for (int k = 0; k < keys.size(); k++) {
      reverse[k] = keys.get(k).reverse();
      switch (keys.get(k).by()) {
        case ARRIVAL, SIZE, DATE, RELEVANCY -> numbers[k] = new long[uids.length];
        case CC, FROM, SUBJECT, TO, DISPLAYFROM, DISPLAYTO -> texts[k] = new SortText();
      }
    }
    read(account, box, found);
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

  /// The UIDs in order; what is equal stays in the mailbox's order.
  long[] sorted() {
    int[] order = Order.of(count, this::compare);
    long[] sorted = new long[count];
    for (int i = 0; i < count; i++) {
      sorted[i] = uids[order[i]];
    }
    return sorted;
  }

  private int compare(int a, int b) {
    for (int k = 0; k < reverse.length; k++) {
      long[] n = numbers[k];
      int c = n != null ? Long.compare(n[a], n[b]) : texts[k].compare(a, b);
      if (c != 0) {
        return reverse[k] ? -c : c;
      }
    }
    return 0;
  }

  private void read(Account account, Mailbox box, UidSet found) throws IOException {
    List<MessageNotes.Kind> kinds =
        keys.stream()
            .map(k -> MessageNotes.Kind.of(k.by()))
            .filter(Objects::nonNull)
            .distinct()
            .toList();
    int[] kindOf = new int[keys.size()];
    for (int k = 0; k < kindOf.length; k++) {
      kindOf[k] = kinds.indexOf(MessageNotes.Kind.of(keys.get(k).by()));
    }
    var notes = new MessageNotes(account, collation, kinds);
    NotedCursor c = box.noted(found, notes.names(), notes);
    while (c.next()) {
      uids[count] = c.uid();
      for (int k = 0; k < kindOf.length; k++) {
        int kind = kindOf[k];
        switch (keys.get(k).by()) {
          case ARRIVAL -> numbers[k][count] = c.internalDate();
          case SIZE -> numbers[k][count] = c.size();
          case RELEVANCY -> {}
          case DATE -> numbers[k][count] = MessageNotes.date(c, kind, c.internalDate());
          case CC, FROM, SUBJECT, TO, DISPLAYFROM, DISPLAYTO ->
              texts[k].add(c.octets(kind), c.from(kind), c.to(kind));
        }
      }
      count++;
    }
  }
}
