package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.Capabilities;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.1.1.
record Capability() implements Command {
  static Capability parse(ImapReader in) {
    return new Capability();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.out().untagged().raw(Capabilities.list(s)).crlf();
    return Reply.OK;
  }
}
