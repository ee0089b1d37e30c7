package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.RightsSyntax;
import org.posthorn.store.AclChange;
import org.posthorn.store.Grantee;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;

/// RFC 4314 §3.1. What the owner takes from himself he can give himself again.
record SetAcl(String mailbox, String identifier, AclChange.Op op, Rights rights)
    implements Command {
  static SetAcl parse(ImapReader in) throws IOException {
    in.expectSpace();
    String mailbox = in.mailbox();
    in.expectSpace();
    String identifier = in.astring();
    in.expectSpace();
    String written = in.astring();
    return new SetAcl(mailbox, identifier, RightsSyntax.op(written), RightsSyntax.rights(written));
  }

  @Override
  public Reply run(ImapSession s) {
    Place place = s.place(mailbox, Right.ADMINISTER);
    Grantee to = s.identifiers().find(identifier);
    if (!s.names().canShare(place.account())) {
      throw CommandException.no("CANNOT", "Mailboxes of that address cannot be named by others");
    }
    place.account().changeAcl(place.box().id(), new AclChange(to, op, rights));
    return Reply.OK;
  }
}
