package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.4.2: expunges without telling, then leaves the mailbox.
record Close() implements Command {
  static Close parse(ImapReader in) {
    return new Close();
  }

  @Override
  public Reply run(ImapSession s) {
    SessionView view = s.view();
    if (!view.readOnly() && view.head().deleted() > 0) {
      view.account().expunge(view.id(), view.known());
    }
    s.deselect();
    return Reply.OK;
  }
}
