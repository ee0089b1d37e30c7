package org.posthorn.imap.command;

import java.io.IOException;
import java.util.Arrays;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.ResultOptions;
import org.posthorn.imap.wire.ResultOptions.Option;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// The UIDs that a search or a sort has found, in the order in which they are told: ascending for
/// SEARCH, sorted for SORT. Knows how to answer.
final class Found {
  private static final int FIRST_ROOM = 64;

  private long[] uids;
  private int count;

  /// How well each is what was sought; null if that is not known.
  private float[] scores;

  Found() {
    uids = new long[FIRST_ROOM];
  }

  /// @param uids in order; the array is kept
  Found(long[] uids) {
    this.uids = uids;
    this.count = uids.length;
  }

  void add(long uid) {
    if (count == uids.length) {
      uids = Arrays.copyOf(uids, count * 2);
    }
    uids[count++] = uid;
  }

  /// With a score above 0 up to 1. Either all have one or none.
  void add(long uid, float score) {
    add(uid);
    if (scores == null) {
      scores = new float[uids.length];
    } else if (scores.length < count) {
      scores = Arrays.copyOf(scores, uids.length);
    }
    scores[count - 1] = score;
  }

  /// Of an ascending result.
  float score(long uid) {
    return scores[Arrays.binarySearch(uids, 0, count, uid)];
  }

  /// The same messages, with their scores, in another order.
  Found inOrder(long[] sorted) {
    Found f = new Found(sorted);
    if (scores != null) {
      f.scores = new float[sorted.length];
      for (int i = 0; i < sorted.length; i++) {
        f.scores[i] = score(sorted[i]);
      }
    }
    return f;
  }

  int count() {
    return count;
  }

  long uid(int i) {
    return uids[i];
  }

  /// Those from index `from` up to before `to`, as a set.
  UidSet set(int from, int to) {
    return UidSet.of(Arrays.copyOfRange(uids, from, to));
  }

  /// How a command names messages: by UID, or by number in the client's view.
  private static final class Naming {
    /// Null for UIDs.
    private final SessionView view;

    private final boolean holes;
    private long last = -1;
    private long seq;

    Naming(ImapSession s, boolean uid) {
      view = uid ? null : s.view();
      holes = !uid && !view.pending().isEmpty();
    }

    long of(long uid) {
      if (view == null) {
        return uid;
      }
      // Consecutive UIDs have consecutive numbers; else the mailbox is asked.
      seq = !holes && uid == last + 1 ? seq + 1 : view.seq(uid);
      last = uid;
      return seq;
    }
  }

  /// Writes `* SEARCH 2 84 882`, or with `SORT` for the word.
  ///
  /// @param modSeq whether the highest MODSEQ is to be told (RFC 7162 §3.1.6)
  void list(ImapSession s, String word, boolean uid, boolean modSeq) throws IOException {
    ImapWriter out = s.out();
    Naming name = new Naming(s, uid);
    out.untagged().raw(word);
    for (int i = 0; i < count; i++) {
      out.space().number(name.of(uids[i]));
    }
    if (modSeq && count > 0) {
      out.raw(" (MODSEQ ").number(highestModSeq(s.view().head(), set(0, count))).raw(")");
    }
    out.crlf();
  }

  /// Writes `* ESEARCH (TAG "A1") UID COUNT 17` with all that is asked for, and saves what is to be
  /// saved. MIN and MAX are the first and the last in the order of the result (RFC 5267 §3.1).
  ///
  /// @param modSeq whether the highest MODSEQ is to be told (RFC 7162 §3.1.10)
  void extended(ImapSession s, ResultOptions wanted, boolean uid, boolean modSeq)
      throws IOException {
    if (wanted.has(Option.SAVE)) {
      s.view().save(returned(wanted));
      if (wanted.silent()) {
        return;
      }
    }
    ImapWriter out = s.out();
    out.untagged().raw("ESEARCH (TAG ").string(s.tag()).raw(")");
    if (uid) {
      out.raw(" UID");
    }
    items(out, wanted, new Naming(s, uid));
    modSeq(out, wanted, modSeq ? s.view().head() : null);
    out.crlf();
  }

  /// The same for one of the mailboxes that ESEARCH looks into; nothing if nothing is found there
  /// (RFC 7377 §2.1).
  void ofMailbox(ImapSession s, ResultOptions wanted, String name, Mailbox box, boolean modSeq)
      throws IOException {
    if (wanted.has(Option.SAVE)) {
      s.view().save(returned(wanted));
    }
    if (count == 0 || wanted.silent()) {
      return;
    }
    ImapWriter out = s.out();
    out.untagged().raw("ESEARCH (TAG ").string(s.tag()).raw(" MAILBOX ").mailbox(name);
    out.raw(" UIDVALIDITY ").number(box.uidValidity()).raw(") UID");
    items(out, wanted, new Naming(s, true));
    modSeq(out, wanted, modSeq ? box : null);
    out.crlf();
  }

  /// @param box null if it is not asked for
  private void modSeq(ImapWriter out, ResultOptions wanted, Mailbox box) throws IOException {
    if (box != null && count > 0) {
      out.raw(" MODSEQ ").number(highestModSeq(box, returned(wanted)));
    }
  }

  private void items(ImapWriter out, ResultOptions wanted, Naming name) throws IOException {
    // RFC 4731 §3.1: of these only COUNT is told when nothing is found.
    if (count > 0 && wanted.has(Option.MIN)) {
      out.raw(" MIN ").number(name.of(uids[0]));
    }
    if (count > 0 && wanted.has(Option.MAX)) {
      out.raw(" MAX ").number(name.of(uids[count - 1]));
    }
    if (wanted.has(Option.COUNT)) {
      out.raw(" COUNT ").number(count);
    }
    if (count > 0 && wanted.has(Option.ALL)) {
      out.raw(" ALL ");
      ranges(out, name, 0, count);
    }
    int from = 0;
    int to = count;
    if (wanted.has(Option.PARTIAL)) {
      from = wanted.partial().from(count);
      to = wanted.partial().to(count);
      out.raw(" PARTIAL (").raw(wanted.partial().toString()).space();
      if (from == to) {
        out.nil(); // RFC 9394 §3.1: nothing is at those places
      } else {
        ranges(out, name, from, to);
      }
      out.raw(")");
    }
    if (wanted.has(Option.RELEVANCY)) {
      relevancy(out, from, to);
    }
  }

  /// RFC 6203 §4: from 1 to 100, which is the best that was found.
  private void relevancy(ImapWriter out, int from, int to) throws IOException {
    float best = 0;
    for (int i = 0; i < count; i++) {
      best = Math.max(best, scores[i]);
    }
    out.raw(" RELEVANCY (");
    for (int i = from; i < to; i++) {
      if (i > from) {
        out.space();
      }
      out.number(Math.max(1, Math.round(100 * scores[i] / best)));
    }
    out.raw(")");
  }

  /// A sequence-set in the order of the result; only what ascends is written as a range (RFC 5267
  /// §3.2).
  private void ranges(ImapWriter out, Naming name, int from, int to) throws IOException {
    long first = name.of(uids[from]);
    long last = first;
    for (int i = from + 1; i <= to; i++) {
      long next = i < to ? name.of(uids[i]) : -1;
      if (next == last + 1) {
        last = next;
        continue;
      }
      out.number(first);
      if (last > first) {
        out.raw(":").number(last);
      }
      if (i < to) {
        out.raw(",");
      }
      first = next;
      last = next;
    }
  }

  /// What the answer names, or speaks of: all, unless only ends or a window are asked for (RFC 4731
  /// §3.2, RFC 5182 §2.4, RFC 9394 §3.2).
  UidSet returned(ResultOptions wanted) {
    boolean ends = wanted.has(Option.MIN) || wanted.has(Option.MAX);
    boolean some = ends || wanted.has(Option.PARTIAL);
    if (!some || count == 0 || wanted.has(Option.ALL) || wanted.has(Option.COUNT)) {
      return set(0, count);
    }
    UidSet named = UidSet.EMPTY;
    if (wanted.has(Option.MIN)) {
      named = named.union(UidSet.of(uids[0]));
    }
    if (wanted.has(Option.MAX)) {
      named = named.union(UidSet.of(uids[count - 1]));
    }
    if (wanted.has(Option.PARTIAL)) {
      named = named.union(set(wanted.partial().from(count), wanted.partial().to(count)));
    }
    return named;
  }

  private static long highestModSeq(Mailbox box, UidSet uids) {
    long highest = 0;
    EntryCursor c = box.entries(uids);
    while (c.next()) {
      highest = Math.max(highest, c.modSeq());
    }
    return highest;
  }
}
