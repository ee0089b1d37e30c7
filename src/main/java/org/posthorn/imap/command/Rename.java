package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Namespaces;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Mailbox;
import org.posthorn.store.Rights.Right;

/// RFC 3501 §6.3.5: with all below. INBOX gives its messages away and stays, empty. A level that is
/// no mailbox can be renamed by its owner alone.
///
/// @param writtenFrom as the client wrote it, also `writtenTo`
record Rename(String from, String writtenFrom, String to, String writtenTo) implements Command {
  static Rename parse(ImapReader in) throws IOException {
    in.expectSpace();
    String from = in.mailboxAsWritten();
    in.expectSpace();
    String to = in.mailboxAsWritten();
    return new Rename(MailboxName.canonical(from), from, MailboxName.canonical(to), to);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Namespaces names = s.names();
    Namespaces.Location old = names.locate(from);
    boolean level = old.account() == s.account() && s.account().mailbox(old.name()) == null;
    if (!level) {
      s.place(from, Right.DELETE_MAILBOX);
    }
    Namespaces.Location at = names.forNew(to);
    if (at.account() != old.account()) {
      throw CommandException.no("CANNOT", "A mailbox cannot move to another account");
    }
    Mailbox box = old.account().mailbox(old.name());
    at.account().rename(old.name(), at.name());
    s.news().changedName(old.shown());
    s.news().changedName(at.shown());
    boolean inbox = old.name().equals(MailboxName.INBOX);
    if (inbox && s.view() != null && s.view().id().equals(box.id())) {
      s.deselect(); // its messages have left it
      s.untaggedOk("CLOSED", "INBOX was renamed");
    }
    ListNotice.renamed(s, at, writtenFrom, writtenTo);
    return Reply.OK;
  }
}
