package org.posthorn.imap.command;

import java.util.EnumSet;
import java.util.Set;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// What LIST tells of each name (RFC 5258 §3.2). Children and special use are told unasked.
///
/// @param subscribed whether to tell what is subscribed
record ListReturn(boolean subscribed) {
  static final ListReturn PLAIN = new ListReturn(false);

  private enum Option {
    SUBSCRIBED,
    CHILDREN,
    SPECIAL_USE
  }

  /// list-return-opts behind `RETURN `
  static ListReturn parse(ImapReader in) {
    Set<Option> options = EnumSet.noneOf(Option.class);
    in.expect('(');
    if (in.accept(')')) {
      return PLAIN;
    }
    do {
      String word = in.word();
      options.add(
          switch (word) {
            case "SUBSCRIBED" -> Option.SUBSCRIBED;
            case "CHILDREN" -> Option.CHILDREN;
            case "SPECIAL-USE" -> Option.SPECIAL_USE; // RFC 6154 §5.1
            default -> throw CommandException.bad("Unknown return option " + word);
          });
    } while (in.acceptSpace());
    in.expect(')');
    return new ListReturn(options.contains(Option.SUBSCRIBED));
  }
}
