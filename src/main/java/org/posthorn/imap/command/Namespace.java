package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Namespaces;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.MailboxName;

/// RFC 2342: one's own mailboxes, without prefix; those of other users, and shared ones.
record Namespace() implements Command {
  static Namespace parse(ImapReader in) {
    return new Namespace();
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    write(s);
    return Reply.OK;
  }

  /// The response; where a person would read a prefix in another language, with that (RFC 5255
  /// §3.4).
  static void write(ImapSession s) throws IOException {
    ImapWriter out = s.out().untagged().raw("NAMESPACE ((\"\" \"/\"))");
    for (Namespaces.Tree tree : Namespaces.Tree.values()) {
      out.raw(" ((\"").raw(tree.prefix()).raw("\" \"/\"");
      String name = tree.prefix().substring(0, tree.prefix().length() - 1);
      String translation = s.language().of(name);
      if (!translation.equals(name)) {
        out.raw(" \"TRANSLATION\" (").nameString(translation + MailboxName.SEPARATOR).raw(")");
      }
      out.raw("))");
    }
    out.crlf();
  }
}
