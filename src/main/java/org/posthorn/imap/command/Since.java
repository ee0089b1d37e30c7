package org.posthorn.imap.command;

import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.Window;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// What FETCH says behind its items: only what has changed, only some of it.
///
/// @param modSeq only messages with a higher MODSEQ (RFC 7162 §3.1.4.1); -1 for all
/// @param vanished whether to tell what has gone since (RFC 7162 §3.2.6)
/// @param partial which of them (RFC 9394 §3.3); null for all
record Since(long modSeq, boolean vanished, Window partial) {
  static final Since EVER = new Since(-1, false, null);

  /// Reads ` (…)`, or nothing.
  static Since parse(ImapReader in, boolean uid) {
    if (!in.acceptSpace()) {
      return EVER;
    }
    long modSeq = -1;
    boolean vanished = false;
    Window partial = null;
    in.expect('(');
    do {
      String word = in.word();
      switch (word) {
        case "CHANGEDSINCE" -> {
          in.expectSpace();
          modSeq = in.number64();
        }
        case "VANISHED" -> vanished = true;
        case "PARTIAL" -> {
          in.expectSpace();
          partial = Window.parse(in);
        }
        default -> throw CommandException.bad("Unknown modifier " + word);
      }
    } while (in.acceptSpace());
    in.expect(')');
    if (vanished && (!uid || modSeq < 0)) {
      throw CommandException.bad("VANISHED goes with UID FETCH and CHANGEDSINCE");
    }
    if (partial != null && !uid) {
      throw CommandException.bad("PARTIAL goes with UID FETCH");
    }
    return new Since(modSeq, vanished, partial);
  }

  /// The messages meant of those in `uids`: first the changed ones, of these the window.
  UidSet of(Mailbox box, UidSet uids) {
    if (partial == null) {
      return uids;
    }
    return modSeq < 0 ? byRank(box, uids) : byWalk(box, uids);
  }

  private UidSet byWalk(Mailbox box, UidSet uids) {
    Found changed = new Found();
    EntryCursor c = box.changedSince(uids, modSeq);
    while (c.next()) {
      changed.add(c.uid());
    }
    return changed.set(partial.from(changed.count()), partial.to(changed.count()));
  }

  /// Without looking at the messages, so that the last hundred of a million cost no more.
  private UidSet byRank(Mailbox box, UidSet uids) {
    int[] below = new int[uids.ranges()]; // messages below each range
    int count = 0;
    for (int r = 0; r < below.length; r++) {
      below[r] = uids.first(r) == 1 ? 0 : box.rank(uids.first(r) - 1);
      count += box.rank(uids.last(r)) - below[r];
    }
    int from = partial.from(count);
    int to = partial.to(count);
    var b = new UidSet.Builder();
    int passed = 0;
    for (int r = 0; r < below.length && passed < to; r++) {
      int n = box.rank(uids.last(r)) - below[r];
      int first = Math.max(from - passed, 0);
      int end = Math.min(to - passed, n);
      if (first < end) {
        b.add(box.uidAt(below[r] + first + 1), box.uidAt(below[r] + end));
      }
      passed += n;
    }
    return b.build();
  }
}
