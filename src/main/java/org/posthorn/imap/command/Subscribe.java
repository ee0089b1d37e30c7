package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.Rights.Right;

/// RFC 3501 §6.3.6. The mailbox must exist; it may vanish later.
record Subscribe(String mailbox) implements Command {
  static Subscribe parse(ImapReader in) throws IOException {
    in.expectSpace();
    return new Subscribe(in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) {
    String name = s.place(mailbox, Right.LOOKUP).name();
    s.account().subscribe(name);
    s.news().changedName(name);
    return Reply.OK;
  }
}
