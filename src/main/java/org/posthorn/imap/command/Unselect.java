package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3691: leaves the mailbox as it is.
record Unselect() implements Command {
  static Unselect parse(ImapReader in) {
    return new Unselect();
  }

  @Override
  public Reply run(ImapSession s) {
    s.deselect();
    return Reply.OK;
  }
}
