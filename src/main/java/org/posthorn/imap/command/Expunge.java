package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Changes;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.UidSet;

/// RFC 3501 §6.4.3 EXPUNGE, RFC 4315 §2.1 UID EXPUNGE. The EXPUNGE responses are written when
/// changes are told, with those of other sessions.
///
/// @param set null for all messages
record Expunge(SequenceSet set) implements Command {
  static Expunge parse(ImapReader in, boolean uid) {
    if (!uid) {
      return new Expunge(null);
    }
    in.expectSpace();
    return new Expunge(SequenceSet.parse(in));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SessionView view = s.writable(Right.EXPUNGE);
    // A message that the client has not been told of is not what it wants to be rid of.
    UidSet uids = set == null ? view.known() : view.resolve(set, true);
    if (!uids.isEmpty() && view.head().deleted() > 0) {
      Changes.Expunged done = view.account().expunge(view.id(), uids);
      if (s.has(Extension.QRESYNC) && !done.uids().isEmpty()) {
        return Reply.ok("HIGHESTMODSEQ " + done.modSeq(), null); // RFC 7162 §3.2.7
      }
    }
    return Reply.OK;
  }
}
