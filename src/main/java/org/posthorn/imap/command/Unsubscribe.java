package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Namespaces;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.3.7. Of a name that is not subscribed, it is no error.
record Unsubscribe(String mailbox) implements Command {
  static Unsubscribe parse(ImapReader in) throws IOException {
    in.expectSpace();
    return new Unsubscribe(in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) {
    Namespaces.Location at = s.names().locate(mailbox);
    String name = at.account() == null ? mailbox : at.shown();
    s.account().unsubscribe(name);
    s.news().changedName(name);
    return Reply.OK;
  }
}
