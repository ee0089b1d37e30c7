package org.posthorn.imap;

import org.posthorn.imap.wire.CommandException;
import org.posthorn.store.Refused;

/// What the store will not do, in the words of RFC 5530.
final class Refusals {
  private Refusals() {}

  static CommandException of(Refused e) {
    return switch (e.reason()) {
      case NONEXISTENT -> CommandException.no("NONEXISTENT", "No such mailbox");
      case ALREADY_EXISTS -> CommandException.no("ALREADYEXISTS", "Mailbox exists already");
      case OVER_QUOTA -> CommandException.no("OVERQUOTA", sentence(e));
      case LIMIT -> CommandException.no("LIMIT", sentence(e));
      case CANNOT -> CommandException.no("CANNOT", sentence(e));
      case HAS_CHILDREN -> CommandException.no("HASCHILDREN", "Mailbox has mailboxes below it");
      case EXPUNGED -> CommandException.no("EXPUNGEISSUED", "Messages have been expunged");
    };
  }

  private static String sentence(Refused e) {
    String s = e.getMessage();
    return s.isEmpty() ? "Refused" : Character.toUpperCase(s.charAt(0)) + s.substring(1);
  }
}
