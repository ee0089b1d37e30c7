package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;

/// RFC 3501 §6.3.5: with all below. INBOX gives its messages away and stays, empty.
record Rename(String from, String to) implements Command {
  static Rename parse(ImapReader in) throws IOException {
    in.expectSpace();
    String from = in.mailbox();
    in.expectSpace();
    return new Rename(from, in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) {
    s.account().rename(from, MailboxName.checkNew(to));
    return Reply.OK;
  }
}
