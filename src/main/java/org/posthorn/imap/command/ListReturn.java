package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.ImapReader;

/// What LIST tells of each name (RFC 5258 §3.2). Children and special use are told unasked.
///
/// @param subscribed whether to tell what is subscribed
/// @param status items of a STATUS response for each mailbox (RFC 5819 §2); empty for none
/// @param metadata entries of a METADATA response for each (RFC 9590); empty for none
/// @param myRights whether to tell what the user may do with each mailbox (RFC 8440 §3)
record ListReturn(
    boolean subscribed, Set<StatusItem> status, List<EntryName> metadata, boolean myRights) {
  static final ListReturn PLAIN = new ListReturn(false, Set.of(), List.of(), false);

  /// list-return-opts behind `RETURN `
  static ListReturn parse(ImapReader in) throws IOException {
    boolean subscribed = false;
    boolean myRights = false;
    Set<StatusItem> status = Set.of();
    List<EntryName> metadata = List.of();
    in.expect('(');
    if (in.accept(')')) {
      return PLAIN;
    }
    do {
      String word = in.word();
      switch (word) {
        case "SUBSCRIBED" -> subscribed = true;
        case "MYRIGHTS" -> myRights = true;
        case "CHILDREN", "SPECIAL-USE" -> {
          // RFC 5258 §3.2, RFC 6154 §5.1: told anyway
        }
        case "STATUS" -> {
          in.expectSpace();
          status = StatusItem.parse(in);
        }
        case "METADATA" -> {
          in.expectSpace();
          metadata = GetMetadata.list(in);
        }
        default -> throw CommandException.bad("Unknown return option " + word);
      }
    } while (in.acceptSpace());
    in.expect(')');
    return new ListReturn(subscribed, status, metadata, myRights);
  }
}
