package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;

/// RFC 3501 §6.3.5: with all below. INBOX gives its messages away and stays, empty.
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
    s.account().rename(from, MailboxName.checkNew(to));
    ListNotice.renamed(s, to, writtenFrom, writtenTo);
    return Reply.OK;
  }
}
