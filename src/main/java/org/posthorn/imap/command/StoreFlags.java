package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.FlagWriter;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.FlagSyntax;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Changes;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.FlagChange;
import org.posthorn.store.Flags;
import org.posthorn.store.Mailbox;
import org.posthorn.store.UidSet;

/// RFC 3501 §6.4.6 STORE.
record StoreFlags(SequenceSet set, boolean uid, FlagChange change, boolean silent)
    implements Command {
  static StoreFlags parse(ImapReader in, boolean uid) {
    in.expectSpace();
    SequenceSet set = SequenceSet.parse(in);
    in.expectSpace();
    FlagChange.Op op =
        in.accept('+')
            ? FlagChange.Op.ADD
            : in.accept('-') ? FlagChange.Op.REMOVE : FlagChange.Op.REPLACE;
    String item = in.itemName();
    boolean silent = item.equals("FLAGS.SILENT");
    if (!silent && !item.equals("FLAGS")) {
      throw CommandException.bad("Unknown item " + item);
    }
    in.expectSpace();
    Flags flags = flags(FlagSyntax.listOrSeveral(in));
    return new StoreFlags(set, uid, new FlagChange(op, flags), silent);
  }

  /// Names as the store has them: bits and keywords.
  static Flags flags(List<String> names) {
    int system = 0;
    List<String> keywords = new ArrayList<>();
    for (String n : names) {
      switch (n) {
        case "\\Seen" -> system |= Flags.SEEN;
        case "\\Answered" -> system |= Flags.ANSWERED;
        case "\\Flagged" -> system |= Flags.FLAGGED;
        case "\\Deleted" -> system |= Flags.DELETED;
        case "\\Draft" -> system |= Flags.DRAFT;
        default -> keywords.add(n);
      }
    }
    return new Flags(system, keywords);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SessionView view = s.writable();
    UidSet uids = view.resolve(set, uid);
    UidSet gone = uid ? UidSet.EMPTY : uids.intersect(view.pending());
    uids = uids.minus(view.pending());
    if (!uids.isEmpty()) {
      Mailbox start = view.head();
      Changes.Stored done = s.account().store(view.id(), uids, change, Long.MAX_VALUE);
      if (!silent) {
        view.begin();
        tell(s, view, done.changed());
      } else if (done.before() == start.highestModSeq()) {
        // Nobody came in between, so the client knows the flags of those it knew before. The
        // others, and all if somebody did, are told.
        view.toldSilently(done.changed().minus(view.untold(done.changed())), done.modSeq());
      }
    }
    if (!gone.isEmpty()) {
      // RFC 2180 §4.2.1, RFC 5530 §3
      throw CommandException.no("EXPUNGEISSUED", "Some of the messages have been expunged");
    }
    return Reply.OK;
  }

  private void tell(ImapSession s, SessionView view, UidSet changed) throws IOException {
    Mailbox box = view.head();
    view.tellKeywords(s.out());
    FlagWriter flags = new FlagWriter(box);
    ImapWriter out = s.out();
    EntryCursor c = box.entries(changed);
    while (c.next()) {
      out.untagged().number(view.seq(c.uid())).raw(" FETCH (");
      if (uid) {
        out.raw("UID ").number(c.uid()).space(); // RFC 3501 §6.4.8
      }
      out.raw("FLAGS ");
      flags.write(out, c.systemFlags(), c.keywordsLow(), c.keywordsHigh(), view.isRecent(c.uid()));
      out.raw(")\r\n");
    }
    view.toldFlags(changed, box.highestModSeq());
  }
}
