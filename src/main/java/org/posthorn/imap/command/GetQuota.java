package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 9208 §4.1.1.
record GetQuota(String root) implements Command {
  static GetQuota parse(ImapReader in) throws IOException {
    in.expectSpace();
    return new GetQuota(in.astring());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    QuotaRoot.find(s, root).write(s.out());
    return Reply.OK;
  }
}
