package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.1.3.
record Logout() implements Command {
  static Logout parse(ImapReader in) {
    return new Logout();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.out().untagged().raw("BYE ").text("Logging out").crlf();
    s.deselect();
    s.logout();
    return Reply.OK;
  }
}
