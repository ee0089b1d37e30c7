package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;

/// RFC 2342: one's own mailboxes, without prefix; no others' and no shared ones.
record Namespace() implements Command {
  static Namespace parse(ImapReader in) {
    return new Namespace();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.out().untagged().raw("NAMESPACE ((\"\" \"/\")) NIL NIL").crlf();
    return Reply.OK;
  }
}
