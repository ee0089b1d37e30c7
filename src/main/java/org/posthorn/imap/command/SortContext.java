package org.posthorn.imap.command;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.Watch;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SortKey;
import org.posthorn.store.UidSet;

/// What a SORT has found, kept up to date for its client in its order (RFC 5267 §4.3): each change
/// names the position where it happens. A message's place never changes while it is in, since what
/// messages are sorted by never does.
final class SortContext implements Watch {
  /// Where more than one of so many messages is new, all are sorted again: to find the place of one
  /// takes twenty comparisons, and making room there moves all behind it.
  private static final int STEPS = 200;

  private final Question question;
  private final List<SortKey> keys;
  private UidSet result;

  /// The messages of `result`, sorted.
  private long[] order;

  /// What `*` meant the last time.
  private UidSet star;

  private SortContext(Question question, List<SortKey> keys, UidSet result, long[] order) {
    this.question = question;
    this.keys = keys;
    this.result = result;
    this.order = order;
    this.star = question.star();
  }

  /// Begins to watch what `run` has found, or tells the client that it will not.
  static void open(
      ImapSession s, SearchRun run, List<SortKey> keys, UidSet found, long[] sorted, boolean uid)
      throws IOException {
    Question q = Question.of(s, run, uid);
    if (Sort.byRelevancy(keys)) {
      q.refuse("Relevancy is no lasting order");
    } else if (!s.view().watches().add(new SortContext(q, keys, found, sorted))) {
      q.refuse("Too many contexts");
    }
  }

  @Override
  public String tag() {
    return question.tag();
  }

  @Override
  public long weight() {
    long ranges = (long) Question.RANGE * result.ranges();
    return question.weight() + ranges + (long) Long.BYTES * order.length;
  }

  @Override
  public void gone(UidSet uids) throws IOException {
    UidSet removed = result.intersect(uids);
    if (!removed.isEmpty()) {
      ImapWriter out = question.begin();
      remove(out, removed);
      out.crlf();
    }
  }

  @Override
  public boolean changed(UidSet uids) throws IOException {
    UidSet starNow = question.star();
    UidSet asked = uids.union(star).union(starNow);
    star = starNow;
    Question.Change change = question.change(result, asked);
    if (change == null) {
      return false;
    }
    UidSet removed = change.removed();
    UidSet added = change.added();
    if (removed.isEmpty() && added.isEmpty()) {
      return true;
    }
    ImapWriter out = question.begin();
    if (!removed.isEmpty()) {
      remove(out, removed);
    }
    if (!added.isEmpty()) {
      add(out, added);
    }
    out.crlf();
    return question.fits();
  }

  private void remove(ImapWriter out, UidSet removed) throws IOException {
    var pairs = new Pairs(out, " REMOVEFROM (");
    long[] left = new long[order.length - (int) removed.size()];
    int n = 0;
    for (long u : order) {
      if (removed.contains(u)) {
        pairs.removed(n + 1, question.name(u)); // those before it have been removed already
      } else {
        left[n++] = u;
      }
    }
    pairs.end();
    order = left;
    result = result.minus(removed);
  }

  private void add(ImapWriter out, UidSet added) throws IOException {
    result = result.union(added);
    if (added.size() * STEPS > order.length) {
      order = sort(result).sorted();
    } else {
      for (long u : added.toArray()) {
        insert(place(u), u);
      }
    }
    var pairs = new Pairs(out, " ADDTO (");
    for (int i = 0; i < order.length; i++) {
      if (added.contains(order[i])) {
        pairs.added(i + 1, question.name(order[i]));
      }
    }
    pairs.end();
  }

  private SessionView view() {
    return question.s().view();
  }

  private SortRun sort(UidSet uids) throws IOException {
    SessionView view = view();
    return new SortRun(view.account(), view.head(), keys, question.collation(), uids);
  }

  private void insert(int at, long uid) {
    long[] more = Arrays.copyOf(order, order.length + 1);
    System.arraycopy(order, at, more, at + 1, order.length - at);
    more[at] = uid;
    order = more;
  }

  private int place(long uid) throws IOException {
    int from = 0;
    int to = order.length;
    while (from < to) {
      int middle = (from + to) >>> 1;
      UidSet two = UidSet.of(uid, order[middle]);
      long first = sort(two).sorted()[0];
      if (first == uid) {
        to = middle;
      } else {
        from = middle + 1;
      }
    }
    return from;
  }

  /// Positions and the messages there, which the client takes one after the other. Neighbours whose
  /// names ascend go into one set (RFC 5267 §4.3.3, §4.3.4).
  private static final class Pairs {
    private final ImapWriter out;
    private String between;
    private int position;
    private long first;
    private long last = -1;

    Pairs(ImapWriter out, String begin) {
      this.out = out;
      this.between = begin;
    }

    void removed(int at, long name) throws IOException {
      put(last >= 0 && at == position && name == last + 1, at, name);
    }

    void added(int at, long name) throws IOException {
      put(last >= 0 && at == position + last - first + 1 && name == last + 1, at, name);
    }

    private void put(boolean next, int at, long name) throws IOException {
      if (!next) {
        write();
        position = at;
        first = name;
      }
      last = name;
    }

    private void write() throws IOException {
      if (last < 0) {
        return;
      }
      out.raw(between).number(position).space().number(first);
      if (last > first) {
        out.raw(":").number(last);
      }
      between = " ";
    }

    void end() throws IOException {
      write();
      out.raw(")");
    }
  }
}
