package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Namespaces;
import org.posthorn.imap.wire.ImapReader;

/// RFC 2342: one's own mailboxes, without prefix; those of other users, and shared ones.
record Namespace() implements Command {
  static Namespace parse(ImapReader in) {
    return new Namespace();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.out().untagged().raw("NAMESPACE ((\"\" \"/\"))");
    for (Namespaces.Tree tree : Namespaces.Tree.values()) {
      s.out().raw(" ((\"").raw(tree.prefix()).raw("\" \"/\"))");
    }
    s.out().crlf();
    return Reply.OK;
  }
}
