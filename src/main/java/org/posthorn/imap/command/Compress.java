package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 4978: from behind the answer on both sides compress. Only after login, so that nobody
/// unknown has memory of ours, and no password is compressed.
record Compress() implements Command {
  static Compress parse(ImapReader in) {
    in.expectSpace();
    if (!in.word().equals("DEFLATE")) {
      throw CommandException.bad("DEFLATE is the only mechanism");
    }
    return new Compress();
  }

  @Override
  public Reply run(ImapSession s) {
    if (s.connection().compressed()) {
      throw CommandException.bad("COMPRESSIONACTIVE", "DEFLATE active already"); // RFC 4978 §3
    }
    return new Reply(null, "DEFLATE active", s.connection()::compress);
  }
}
