package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.RightsSyntax;
import org.posthorn.store.Rights.Right;

/// RFC 4314 §3.5, §3.8.
record MyRights(String mailbox) implements Command {
  /// Any of these is enough (RFC 4314 §4).
  private static final Right[] ANY = {
    Right.LOOKUP, Right.READ, Right.INSERT, Right.CREATE, Right.DELETE_MAILBOX, Right.ADMINISTER
  };

  static MyRights parse(ImapReader in) throws IOException {
    in.expectSpace();
    return new MyRights(in.mailbox());
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.known(mailbox);
    if (!place.rights().hasAny(ANY)) {
      throw CommandException.no("NONEXISTENT", "No such mailbox");
    }
    tell(s, place);
    return Reply.OK;
  }

  /// The response, which LIST gives, too.
  static void tell(ImapSession s, Place place) throws IOException {
    s.out().untagged().raw("MYRIGHTS ").mailbox(place.name()).space();
    s.out().astring(RightsSyntax.text(place.rights())).crlf();
  }
}
