package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.SequenceSet;
import org.posthorn.store.Changes;
import org.posthorn.store.EntryCursor;
import org.posthorn.store.NewMessage;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.UidSet;

/// RFC 8508: APPEND and EXPUNGE of another message in one. In one account it is one commit; when
/// the mailbox is another account's, the new message is there before the old one goes.
///
/// @param set one message
/// @param first what the command's first line says of the new message
record Replace(
    SequenceSet set, boolean uid, String mailbox, AppendArguments arguments, List<AppendStep> first)
    implements Command {
  static Replace parse(ImapReader in, boolean uid) throws IOException {
    in.expectSpace();
    SequenceSet set = SequenceSet.one(in);
    in.expectSpace();
    String mailbox = in.mailbox();
    AppendArguments arguments = new AppendArguments(false);
    return new Replace(set, uid, mailbox, arguments, arguments.next(in));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    // RFC 8508 §4.1, RFC 6851 §4.2
    SessionView view = s.writable(Right.DELETE_MESSAGES, Right.EXPUNGE);
    UidSet old = Copy.wanted(view, set, uid);
    EntryCursor entry = view.head().entries(old);
    if (old.isEmpty() || !entry.next()) {
      throw CommandException.no("NONEXISTENT", "No message has that UID");
    }
    Place place = s.target(mailbox);
    boolean here = place.account() == view.account();
    // RFC 8508 §3.4: of the quota only the net counts
    try (Upload upload = new Upload(s, place, here ? entry.size() : 0)) {
      NewMessage message = upload.receive(arguments, first).getFirst();
      Changes.Replaced done =
          here
              ? view.access().replace(view.id(), old.first(), place.box().name(), message)
              : elsewhere(s, old, place, message);
      upload.stored();
      s.untaggedOk(Append.appendUid(done.in()), "Replacement Message ready"); // RFC 8508 §4.3
      return s.has(Extension.QRESYNC)
          ? Reply.ok("HIGHESTMODSEQ " + done.out().modSeq(), null) // RFC 7162 §3.2.7
          : Reply.OK;
    }
  }

  private static Changes.Replaced elsewhere(
      ImapSession s, UidSet old, Place place, NewMessage message) {
    Changes.Arrived in = place.access(s).append(place.box().name(), List.of(message));
    return new Changes.Replaced(in, s.view().account().remove(s.view().id(), old));
  }
}
