package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.AclChange;
import org.posthorn.store.Grantee;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;

/// RFC 4314 §3.2. Of an identifier without an entry, it is no error; the owner is left with what
/// nobody can take from him.
record DeleteAcl(String mailbox, String identifier) implements Command {
  static DeleteAcl parse(ImapReader in) throws IOException {
    in.expectSpace();
    String mailbox = in.mailbox();
    in.expectSpace();
    return new DeleteAcl(mailbox, in.astring());
  }

  @Override
  public Reply run(ImapSession s) {
    Place place = s.place(mailbox, Right.ADMINISTER);
    Grantee from = s.identifiers().find(identifier);
    var nothing = new AclChange(from, AclChange.Op.REPLACE, Rights.NONE);
    place.account().changeAcl(place.box().id(), nothing);
    return Reply.OK;
  }
}
