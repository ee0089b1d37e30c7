package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.Extension;
import org.posthorn.imap.FlagWriter;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
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

/// RFC 3501 §6.4.6 STORE. Flags that the user may not change stay as they are; NO only if none is
/// left to change (RFC 4314 §4).
///
/// @param unchangedSince messages with a higher MODSEQ are left alone (RFC 7162 §3.1.3); -1 for
///   none
record StoreFlags(
    SequenceSet set, boolean uid, FlagChange change, boolean silent, long unchangedSince)
    implements Command {
  static Command parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    SequenceSet set = SequenceSet.parse(in);
    in.expectSpace();
    long unchangedSince = -1;
    if (in.accept('(')) {
      if (!in.acceptWord("UNCHANGEDSINCE")) {
        throw CommandException.bad("Expected UNCHANGEDSINCE");
      }
      in.expectSpace();
      unchangedSince = in.number64();
      in.expect(')');
      in.expectSpace();
    }
    FlagChange.Op op =
        in.accept('+')
            ? FlagChange.Op.ADD
            : in.accept('-') ? FlagChange.Op.REMOVE : FlagChange.Op.REPLACE;
    boolean labels = unchangedSince < 0 && in.acceptText("X-GM-");
    String item = in.itemName();
    if (labels && (item.equals("LABELS") || item.equals("LABELS.SILENT"))) {
      return StoreLabels.parse(in, set, uid, op, item.endsWith(".SILENT"));
    }
    boolean silent = item.equals("FLAGS.SILENT");
    if (labels || !silent && !item.equals("FLAGS")) {
      throw CommandException.bad("Unknown item " + item);
    }
    in.expectSpace();
    Flags flags = flags(FlagSyntax.listOrSeveral(in));
    return new StoreFlags(set, uid, new FlagChange(op, flags), silent, unchangedSince);
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
    FlagChange allowed = change.allowedBy(view.rights());
    if (allowed.isNothing() && !change.isNothing()) {
      throw Place.denied();
    }
    if (unchangedSince >= 0) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    UidSet uids = view.resolve(set, uid);
    UidSet gone = uid ? UidSet.EMPTY : uids.intersect(view.pending());
    uids = uids.minus(view.pending());
    UidSet failed = UidSet.EMPTY;
    if (!uids.isEmpty()) {
      Mailbox start = view.head();
      long limit = unchangedSince < 0 ? Long.MAX_VALUE : unchangedSince;
      Changes.Stored done = view.access().store(view.id(), uids, allowed, limit);
      failed = done.failed();
      UidSet known = UidSet.EMPTY;
      if (silent && allowed.equals(change) && done.before() == start.highestModSeq()) {
        // Nobody came in between, so the client knows the flags of those it knew before. The
        // others, and all if somebody did, are told.
        known = done.changed().minus(view.untold(done.changed()));
        view.toldSilently(known, done.modSeq());
      }
      if (!silent) {
        view.begin();
        tell(s, view, done.changed());
      } else if (s.has(Extension.CONDSTORE)) {
        view.begin();
        tellModSeqs(s, view, done, known);
      }
    }
    String modified = failed.isEmpty() ? null : "MODIFIED " + named(view, failed);
    if (!gone.isEmpty()) {
      // RFC 2180 §4.2.1, RFC 5530 §3; RFC 7162 §3.1.3, Example 11
      throw CommandException.no(
          modified == null ? "EXPUNGEISSUED" : modified, "Some of the messages have been expunged");
    }
    return modified == null ? Reply.OK : Reply.ok(modified, "Conditional STORE failed");
  }

  /// UIDs as this command names messages.
  private String named(SessionView view, UidSet uids) {
    if (uid) {
      return uids.toString();
    }
    var numbers = new UidSet.Builder();
    uids.forEach(u -> numbers.add(view.seq(u)));
    return numbers.build().toString();
  }

  private void tell(ImapSession s, SessionView view, UidSet changed) throws IOException {
    Mailbox box = view.head();
    view.tellKeywords(s.out());
    FlagWriter flags = new FlagWriter(box);
    ImapWriter out = s.out();
    EntryCursor c = box.entries(changed);
    while (c.next()) {
      view.beginFetch(out, c.uid(), view.seq(c.uid()));
      if (s.has(Extension.UIDONLY)) {
        // the UID is told already
      } else if (uid || s.has(Extension.CONDSTORE) || s.has(Extension.IMAP4REV2)) {
        // RFC 3501 §6.4.8, RFC 7162 §3.2.4, RFC 9051 §7.5.2
        out.raw("UID ").number(c.uid()).space();
      }
      out.raw("FLAGS ");
      flags.write(
          out, c.systemFlags(), c.keywordsLow(), c.keywordsHigh(), view.showsRecent(c.uid()));
      if (s.has(Extension.CONDSTORE)) {
        out.raw(" MODSEQ (").number(c.modSeq()).raw(")");
      }
      out.raw(")\r\n");
    }
    view.toldFlags(changed, box.highestModSeq());
  }

  /// After a silent change: the new MODSEQs (RFC 7162 §3.1.3), but only of messages whose flags the
  /// client knows. The others are told with flags, as all that happens.
  private static void tellModSeqs(
      ImapSession s, SessionView view, Changes.Stored done, UidSet known) throws IOException {
    EntryCursor c = view.head().entries(done.changed());
    while (c.next()) {
      boolean ours = c.modSeq() == done.modSeq() && known.contains(c.uid());
      if (ours || c.modSeq() <= view.told()) {
        view.beginFetch(s.out(), c.uid(), view.seq(c.uid()));
        if (!s.has(Extension.UIDONLY)) {
          s.out().raw("UID ").number(c.uid()).space();
        }
        s.out().raw("MODSEQ (").number(c.modSeq()).raw("))\r\n");
      }
    }
  }
}
