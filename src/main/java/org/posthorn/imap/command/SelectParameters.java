package org.posthorn.imap.command;

import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// What may stand in parentheses behind the mailbox of SELECT and EXAMINE (RFC 4466 §2.1).
///
/// @param condstore RFC 7162 §3.1.8
/// @param resync null without QRESYNC
record SelectParameters(boolean condstore, Resync resync) {
  /// Messages of a client's sample that are compared with the mailbox.
  private static final int SAMPLE_MAX = 100_000;

  private static final long[] NOTHING = {};

  /// RFC 7162 §3.2.5: how far the client knows the mailbox.
  ///
  /// @param known null for all up to UIDNEXT
  /// @param numbers ascending, with the `uids` they had
  record Resync(long uidValidity, long modSeq, SequenceSet known, long[] numbers, long[] uids) {
    UidSet known(Mailbox box) {
      UidSet all = box.uidNext() > 1 ? UidSet.range(1, box.uidNext() - 1) : UidSet.EMPTY;
      return known == null ? all : set(known).intersect(all);
    }

    /// UIDs of which the client knows which are gone: up to the last message of its sample that has
    /// the same number here (RFC 7162 §3.2.5.2).
    UidSet inStep(Mailbox box) {
      for (int i = numbers.length - 1; i >= 0; i--) {
        if (box.rank(uids[i]) == numbers[i] && box.contains(uids[i])) {
          return UidSet.range(1, uids[i]);
        }
      }
      return UidSet.EMPTY;
    }
  }

  static SelectParameters parse(ImapReader in) {
    boolean condstore = false;
    Resync resync = null;
    if (in.acceptSpace()) {
      in.expect('(');
      do {
        String word = in.word();
        switch (word) {
          case "CONDSTORE" -> condstore = true;
          case "QRESYNC" -> resync = resync(in);
          default -> throw CommandException.bad("Unknown parameter " + word);
        }
      } while (in.acceptSpace());
      in.expect(')');
    }
    return new SelectParameters(condstore, resync);
  }

  private static Resync resync(ImapReader in) {
    in.expectSpace();
    in.expect('(');
    long uidValidity = in.nzNumber();
    in.expectSpace();
    long modSeq = in.number64();
    SequenceSet known = null;
    long[] numbers = NOTHING;
    long[] uids = NOTHING;
    boolean more = in.acceptSpace();
    if (more && in.peek() != '(') {
      known = closed(in);
      more = in.acceptSpace();
    }
    if (more) {
      in.expect('(');
      UidSet n = set(closed(in));
      in.expectSpace();
      UidSet u = set(closed(in));
      in.expect(')');
      if (n.size() != u.size()) {
        throw CommandException.bad("As many UIDs as message numbers are needed");
      }
      if (n.size() <= SAMPLE_MAX) {
        numbers = n.toArray();
        uids = u.toArray();
      }
    }
    in.expect(')');
    return new Resync(uidValidity, modSeq, known, numbers, uids);
  }

  /// RFC 7162 §7: no `*` in what a client knows.
  private static SequenceSet closed(ImapReader in) {
    SequenceSet set = SequenceSet.numbers(in);
    if (set.open()) {
      throw CommandException.bad("'*' is not allowed here");
    }
    return set;
  }

  private static UidSet set(SequenceSet set) {
    var b = new UidSet.Builder();
    long[] ranges = set.resolve(0);
    for (int i = 0; i < ranges.length; i += 2) {
      b.add(ranges[i], ranges[i + 1]);
    }
    return b.build();
  }
}
