package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Grantee;
import org.posthorn.store.Rights;
import org.posthorn.store.Rights.Right;

/// RFC 4314 §3.4, §3.7. No right is tied to another; the owner always has [Rights#OWNER].
record ListRights(String mailbox, String identifier) implements Command {
  static ListRights parse(ImapReader in) throws IOException {
    in.expectSpace();
    String mailbox = in.mailbox();
    in.expectSpace();
    return new ListRights(mailbox, in.astring());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.place(mailbox, Right.ADMINISTER);
    Grantee to = s.identifiers().find(identifier);
    boolean owner = to.equals(Grantee.user(place.account().id()));
    Rights always = owner ? Rights.OWNER : Rights.NONE;
    ImapWriter out = s.out();
    out.untagged().raw("LISTRIGHTS ").mailbox(place.name());
    // RFC 4314 §3.4: the identifier as the client wrote it
    out.space().astring(identifier).space().astring(always.letters());
    for (Right r : Right.values()) {
      if (!always.has(r)) {
        out.space().raw(String.valueOf(r.letter()));
      }
    }
    out.raw(" c d").crlf(); // RFC 4314 §2.1.1
    return Reply.OK;
  }
}
