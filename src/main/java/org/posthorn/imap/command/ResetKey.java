package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.store.UrlKeys;

/// RFC 4467 §7 RESETKEY.
///
/// @param mailbox null for all
record ResetKey(String mailbox) implements Command {
  static ResetKey parse(ImapReader in) throws IOException {
    if (!in.acceptSpace()) {
      return new ResetKey(null);
    }
    String mailbox = in.mailbox();
    while (in.acceptSpace()) {
      if (!in.atom().equalsIgnoreCase(UrlKeys.MECHANISM)) {
        throw CommandException.bad("INTERNAL is the only mechanism");
      }
    }
    return new ResetKey(mailbox);
  }

  @Override
  public Reply run(ImapSession s) {
    if (mailbox == null) {
      s.account().urlKeys().resetAll();
      return Reply.ok(null, "All keys removed");
    }
    Place place = GenUrlAuth.own(s, s.place(mailbox));
    s.account().urlKeys().reset(place.box());
    return Reply.ok("URLMECH INTERNAL", "mechs"); // RFC 4467 §8
  }
}
