package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.Rights.Right;

/// RFC 3501 §6.4.2: expunges without telling, then leaves the mailbox.
record Close() implements Command {
  static Close parse(ImapReader in) {
    return new Close();
  }

  @Override
  public Reply run(ImapSession s) {
    SessionView view = s.view();
    // RFC 4314 §4: who may not expunge closes all the same
    boolean may = !view.readOnly() && view.rights().has(Right.EXPUNGE);
    if (may && view.head().deleted() > 0) {
      view.account().expunge(view.id(), view.known());
    }
    s.deselect();
    return Reply.OK;
  }
}
