package org.posthorn.imap.command;

import org.posthorn.imap.ImapConfig;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 8437: back to before the login, on the same connection. Never answered with NO.
record Unauthenticate() implements Command {
  static Unauthenticate parse(ImapReader in) {
    return new Unauthenticate();
  }

  @Override
  public Reply run(ImapSession s) {
    if (!s.server().config().has(ImapConfig.Switch.UNAUTHENTICATE)) {
      throw CommandException.bad("Unknown command");
    }
    if (s.connection().compressed()) {
      // §3: NO is not permitted. §4.1 would have the compression end on both sides at this very
      // point; what the client has sent ahead cannot be told apart any more.
      throw CommandException.bye(null, "Compression is active, connect again");
    }
    s.deselect(); // §3: nothing is told of a mailbox any more
    return new Reply(null, null, s::unauthenticate);
  }
}
