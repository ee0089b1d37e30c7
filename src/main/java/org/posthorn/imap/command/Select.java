package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.Extension;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Mailbox;

/// RFC 3501 §6.3.1 SELECT, §6.3.2 EXAMINE.
///
/// @param written the mailbox's name as the client wrote it
record Select(String mailbox, String written, boolean readOnly, SelectParameters parameters)
    implements Command {
  static Select parse(ImapReader in, boolean readOnly) throws IOException {
    in.expectSpace();
    String written = in.mailboxAsWritten();
    String mailbox = MailboxName.canonical(written);
    return new Select(mailbox, written, readOnly, SelectParameters.parse(in));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (parameters.resync() != null && !s.has(Extension.QRESYNC)) {
      throw CommandException.bad("ENABLE QRESYNC comes first"); // RFC 7162 §3.2.5
    }
    if (parameters.resync() != null
        && parameters.resync().numbers().length > 0
        && s.has(Extension.UIDONLY)) {
      throw ImapSession.uidRequired();
    }
    if (s.view() != null) {
      // Also when this SELECT fails, no mailbox is selected any more (RFC 3501 §6.3.1).
      s.deselect();
      s.untaggedOk("CLOSED", "Previous mailbox is now closed"); // RFC 7162 §3.2.11
    }
    if (parameters.condstore()) {
      s.enableCondstore();
    }
    Place place = s.place(mailbox);
    SessionView view = s.open(place, readOnly);
    Mailbox box = view.head();
    ImapWriter out = s.out();
    view.writeFlagNames(out);
    out.untagged().number(box.count()).raw(" EXISTS\r\n");
    ListNotice.selected(s, place, written);
    if (!s.has(Extension.IMAP4REV2)) {
      // RFC 9051 §E, items 11 and 12
      out.untagged().number(view.recentCount()).raw(" RECENT\r\n");
      long unseen = s.has(Extension.UIDONLY) ? 0 : box.firstUnseen(); // UNSEEN is a number
      if (unseen > 0) {
        s.untaggedOk("UNSEEN " + box.rank(unseen), "First unseen");
      }
    }
    s.untaggedOk("UIDVALIDITY " + box.uidValidity(), "UIDs valid");
    s.untaggedOk("UIDNEXT " + box.uidNext(), "Predicted next UID");
    s.untaggedOk("HIGHESTMODSEQ " + view.knownModSeq(), "Highest"); // RFC 7162 §3.1.2.1
    s.untaggedOk("MAILBOXID (" + box.id() + ")", "Ok"); // RFC 8474 §4.2
    s.select(view);
    SelectParameters.Resync resync = parameters.resync();
    if (resync != null && resync.uidValidity() == box.uidValidity()) {
      view.resync(out, resync.known(box), resync.modSeq(), resync.inStep(box));
    }
    return Reply.ok(
        view.isReadOnly() ? "READ-ONLY" : "READ-WRITE",
        readOnly ? "EXAMINE completed" : "SELECT completed");
  }
}
