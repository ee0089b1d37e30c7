package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights.Right;

/// RFC 3501 §6.3.4. Mailboxes below stay, and the name is then listed as \Noselect.
///
/// @param written the name as the client wrote it
record Delete(String mailbox, String written) implements Command {
  static Delete parse(ImapReader in) throws IOException {
    in.expectSpace();
    String written = in.mailboxAsWritten();
    return new Delete(MailboxName.canonical(written), written);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (s.account().mailbox(mailbox) == null && s.account().hasMailboxesBelow(mailbox)) {
      // RFC 9051 §6.3.5: a \Noselect name goes when nothing is below it any more
      throw CommandException.no("HASCHILDREN", "There are mailboxes below that name");
    }
    Place place = s.place(mailbox, Right.DELETE_MAILBOX);
    Mailbox box = place.box();
    if (box.name().equals(MailboxName.INBOX)) {
      throw CommandException.no("CANNOT", "INBOX cannot be deleted");
    }
    place.account().delete(box.name());
    s.news().changedName(place.name());
    ListNotice.deleted(s, place.name(), written);
    if (s.view() != null && s.view().id().equals(box.id())) {
      s.deselect();
      s.untaggedOk("CLOSED", "The selected mailbox was deleted");
    }
    return Reply.OK;
  }
}
