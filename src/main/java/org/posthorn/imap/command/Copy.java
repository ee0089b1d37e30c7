package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Changes;
import org.posthorn.store.UidSet;

/// RFC 3501 §6.4.7, COPYUID by RFC 4315 §3. All or nothing.
record Copy(SequenceSet set, boolean uid, String mailbox) implements Command {
  static Copy parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    SequenceSet set = SequenceSet.parse(in);
    in.expectSpace();
    return new Copy(set, uid, in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    SessionView view = s.view();
    UidSet uids = wanted(view, set, uid);
    Place target = s.target(mailbox);
    if (uids.isEmpty()) {
      return Reply.ok(null, "No messages copied");
    }
    Changes.Copied done =
        view.access().copy(view.id(), uids, target.account(), target.box().name(), target.rights());
    return Reply.ok(copyUid(done), "COPY completed");
  }

  /// The messages meant; NO if one of them is gone and the client names it by its number, because
  /// then it cannot know (RFC 2180 §4.4.1, RFC 5530 §3). UIDs that are gone are passed over.
  static UidSet wanted(SessionView view, SequenceSet set, boolean uid) {
    UidSet uids = view.resolve(set, uid);
    if (!uid && !uids.intersect(view.pending()).isEmpty()) {
      throw CommandException.no("EXPUNGEISSUED", "Some of the messages have been expunged");
    }
    return uids;
  }

  /// The response code, or null if nothing was copied.
  static String copyUid(Changes.Copied done) {
    if (done.source().length == 0) {
      return null;
    }
    return "COPYUID " + done.uidValidity() + " " + set(done.source()) + " " + set(done.target());
  }

  /// In the order given: the two sets correspond one to one.
  private static String set(long[] uids) {
    var b = new StringBuilder();
    for (int i = 0; i < uids.length; ) {
      int j = i + 1;
      while (j < uids.length && uids[j] == uids[j - 1] + 1) {
        j++;
      }
      b.append(i == 0 ? "" : ",").append(uids[i]);
      if (j > i + 1) {
        b.append(':').append(uids[j - 1]);
      }
      i = j;
    }
    return b.toString();
  }
}
