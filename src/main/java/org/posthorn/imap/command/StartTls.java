package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.2.1. What the client sent behind it in clear is dropped by the connection.
record StartTls() implements Command {
  static StartTls parse(ImapReader in) {
    return new StartTls();
  }

  @Override
  public Reply run(ImapSession s) {
    if (!s.connection().canStartTls()) {
      throw CommandException.bad(
          s.connection().secure() ? "TLS is on already" : "TLS is not available here");
    }
    return new Reply(null, "Begin TLS negotiation now", s::startTls);
  }
}
