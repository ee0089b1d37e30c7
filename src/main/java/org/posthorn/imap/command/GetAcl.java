package org.posthorn.imap.command;

import java.io.IOException;
import java.util.Map;
import org.posthorn.imap.Identifiers;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.imap.wire.RightsSyntax;
import org.posthorn.store.Account;
import org.posthorn.store.Grantee;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;

/// RFC 4314 §3.3, §3.6. The owner comes first, with what he has, whether there is an entry of his
/// or not. Entries of accounts that are gone are nobody's.
record GetAcl(String mailbox) implements Command {
  static GetAcl parse(ImapReader in) throws IOException {
    in.expectSpace();
    return new GetAcl(in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.place(mailbox, Right.ADMINISTER);
    Account account = place.account();
    Identifiers names = s.identifiers();
    Grantee owner = Grantee.user(account.id());
    ImapWriter out = s.out();
    out.untagged().raw("ACL ").mailbox(place.name());
    pair(out, names.text(owner), account.rights(place.box().id(), account.id()));
    for (Map.Entry<Grantee, Rights> e : account.acl(place.box().id()).entries().entrySet()) {
      if (!e.getKey().equals(owner)) {
        pair(out, names.text(e.getKey()), e.getValue());
      }
    }
    out.crlf();
    return Reply.OK;
  }

  private static void pair(ImapWriter out, String identifier, Rights rights) throws IOException {
    if (identifier != null) {
      out.space().astring(identifier).space().astring(RightsSyntax.text(rights));
    }
  }
}
