package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.1.2. What is new is told before the answer, as with every command.
record Noop() implements Command {
  static Noop parse(ImapReader in) {
    return new Noop();
  }

  @Override
  public Reply run(ImapSession s) {
    return Reply.OK;
  }
}
