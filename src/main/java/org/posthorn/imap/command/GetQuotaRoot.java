package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.Account;

/// RFC 9208 §4.1.2. The mailbox need not exist. Of another user's mailboxes no root is told: how
/// much he has is his affair (§8).
record GetQuotaRoot(String mailbox) implements Command {
  static GetQuotaRoot parse(ImapReader in) throws IOException {
    in.expectSpace();
    return new GetQuotaRoot(in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Account account = s.names().locate(mailbox).account();
    boolean own = account != null && account.id().equals(s.account().id());
    s.out().untagged().raw("QUOTAROOT ").mailbox(mailbox);
    if (!own) {
      s.out().crlf();
      return Reply.OK;
    }
    QuotaRoot root = QuotaRoot.own(s);
    s.out().space().astring(root.name()).crlf();
    root.write(s.out());
    return Reply.OK;
  }
}
