package org.posthorn.store;

import java.io.IOException;
import java.util.List;

/// Walks entries of one mailbox in ascending UID order, as [EntryCursor] does, and has of each
/// message some notes: octets that somebody makes of its row, for sorting and the like. They are
/// made once and remembered while there is room, so that the rows, which are larger by far, are
/// read only of messages that nobody has asked about.
///
/// Begins before the first entry. The columns are valid after [#next] returned true. One thread.
public final class NotedCursor {
  private static final int RUN = Account.MESSAGES_MAX;

  /// Makes notes of one message.
  public interface Maker {
    /// One for each kind, in their order. Nothing but the row may decide what they are.
    ///
    /// @param row null if the message is gone, and its grave cleared
    byte[][] notes(MessageRow row) throws IOException;
  }

  private final Mailbox mailbox;
  private final NoteCache cache;
  private final EntryCursor entries;
  private final List<String> kinds;
  private final Maker maker;
  private boolean more;

  // A run of entries.
  private final long[] uid = new long[RUN];
  private final long[] email = new long[RUN];
  private final long[] size = new long[RUN];
  private final long[] date = new long[RUN];
  private final NoteColumn[][] columns; // by kind and entry
  private final byte[][][] fresh; // by kind and entry: what is to be remembered
  private int count;
  private int at;

  /// @param kinds names of what `maker` makes
  NotedCursor(Mailbox mailbox, UidSet set, List<String> kinds, Maker maker) {
    this.mailbox = mailbox;
    this.cache = mailbox.account.store().notes();
    this.entries = mailbox.entries(set);
    this.kinds = List.copyOf(kinds);
    this.maker = maker;
    this.columns = new NoteColumn[kinds.size()][RUN];
    this.fresh = new byte[kinds.size()][RUN][];
    this.more = entries.next();
  }

  public boolean next() throws IOException {
    if (++at < count) return true;
    at = 0;
    count = 0;
    while (more && count < RUN) {
      uid[count] = entries.uid();
      email[count] = entries.emailId();
      size[count] = entries.size();
      date[count++] = entries.internalDate();
      more = entries.next();
    }
    if (!kinds.isEmpty()) lookUp();
    return count > 0;
  }

  private void lookUp() throws IOException {
    int[] missing = new int[count];
    int n = 0;
    for (int i = 0; i < count; i++) {
      boolean first = i == 0 || Page.numberOf(uid[i]) != Page.numberOf(uid[i - 1]);
      boolean complete = true;
      for (int k = 0; k < kinds.size(); k++) {
        columns[k][i] = first ? column(k, i) : columns[k][i - 1];
        complete &= columns[k][i].place(uid[i]) >= 0;
      }
      if (!complete) missing[n++] = i;
    }
    if (n > 0) {
      make(missing, n);
      remember();
    }
  }

  private NoteColumn column(int kind, int i) {
    return cache.of(mailbox.id(), Page.numberOf(uid[i]), kinds.get(kind));
  }

  private void make(int[] missing, int n) throws IOException {
    long[] emails = new long[n];
    for (int i = 0; i < n; i++) emails[i] = email[missing[i]];
    for (int done = 0; done < n; ) {
      for (MessageRow row : mailbox.account.messages(emails, done, n - done)) {
        byte[][] notes = maker.notes(row);
        for (int k = 0; k < notes.length; k++) fresh[k][missing[done]] = notes[k];
        done++;
      }
    }
  }

  private void remember() {
    for (int from = 0; from < count; ) {
      int page = Page.numberOf(uid[from]);
      int to = from + 1;
      while (to < count && Page.numberOf(uid[to]) == page) to++;
      for (int k = 0; k < kinds.size(); k++) remember(k, page, from, to);
      from = to;
    }
  }

  private void remember(int kind, int page, int from, int to) {
    byte[][] notes = fresh[kind];
    boolean any = false;
    for (int i = from; i < to; i++) any |= notes[i] != null;
    if (!any) return;
    NoteColumn next = columns[kind][from].with(uid, notes, from, to);
    for (int i = from; i < to; i++) {
      columns[kind][i] = next;
      notes[i] = null;
    }
    cache.put(mailbox.id(), page, kinds.get(kind), next);
  }

  public long uid() {
    return uid[at];
  }

  /// RFC822.SIZE in octets.
  public long size() {
    return size[at];
  }

  /// INTERNALDATE in seconds since 1970 UTC.
  public long internalDate() {
    return date[at];
  }

  /// A note about the message: octets `from` up to before `to` of what [#octets] returns.
  ///
  /// @param kind its index
  public int from(int kind) {
    NoteColumn c = columns[kind][at];
    return c.from(c.place(uid[at]));
  }

  public int to(int kind) {
    NoteColumn c = columns[kind][at];
    return c.to(c.place(uid[at]));
  }

  /// Not to be changed.
  public byte[] octets(int kind) {
    return columns[kind][at].octets();
  }
}
