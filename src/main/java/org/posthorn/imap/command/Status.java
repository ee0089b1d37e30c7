package org.posthorn.imap.command;

import java.io.IOException;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.ImapReader;

/// RFC 3501 §6.3.10, RFC 9051 §6.3.11.
record Status(String mailbox, Set<StatusItem> items) implements Command {
  static Status parse(ImapReader in) throws IOException {
    in.expectSpace();
    String name = in.mailbox();
    in.expectSpace();
    return new Status(name, StatusItem.parse(in));
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.place(mailbox);
    StatusItem.announce(s, items);
    StatusItem.write(s, place, items);
    return Reply.OK;
  }
}
