package org.posthorn.imap.command;

import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// What may stand in parentheses behind the mailbox of SELECT and EXAMINE (RFC 4466 §2.1).
///
/// @param condstore RFC 7162 §3.1.8
record SelectParameters(boolean condstore) {
  static SelectParameters parse(ImapReader in) {
    boolean condstore = false;
    if (in.acceptSpace()) {
      in.expect('(');
      do {
        String word = in.word();
        if (!word.equals("CONDSTORE")) {
          throw CommandException.bad("Unknown parameter " + word);
        }
        condstore = true;
      } while (in.acceptSpace());
      in.expect(')');
    }
    return new SelectParameters(condstore);
  }
}
