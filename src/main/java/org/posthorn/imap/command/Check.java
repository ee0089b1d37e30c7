package org.posthorn.imap.command;

import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.4.1. Nothing needs a checkpoint: what was answered is on the disk.
record Check() implements Command {
  static Check parse(ImapReader in) {
    return new Check();
  }

  @Override
  public Reply run(ImapSession s) {
    return Reply.OK;
  }
}
