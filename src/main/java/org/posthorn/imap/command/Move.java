package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Changes;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.UidSet;

/// RFC 6851: COPYUID untagged, then the EXPUNGE responses when changes are told, then OK.
record Move(SequenceSet set, boolean uid, String mailbox) implements Command {
  static Move parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    SequenceSet set = SequenceSet.parse(in);
    in.expectSpace();
    return new Move(set, uid, in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    // RFC 6851 §4.2
    SessionView view = s.writable(Right.DELETE_MESSAGES, Right.EXPUNGE);
    UidSet uids = Copy.wanted(view, set, uid);
    Place target = s.target(mailbox);
    if (uids.isEmpty()) {
      return Reply.ok(null, "No messages moved");
    }
    Changes.Copied done =
        view.access().move(view.id(), uids, target.account(), target.box().name(), target.rights());
    String code = Copy.copyUid(done);
    if (code != null) {
      s.untaggedOk(code, "Moved"); // RFC 6851 §4.3
      if (s.has(Extension.QRESYNC)) {
        return Reply.ok("HIGHESTMODSEQ " + done.modSeq(), null); // RFC 7162 §3.2.7
      }
    }
    return Reply.OK;
  }
}
