package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;

/// RFC 5465: says what to tell of which mailboxes from now on.
///
/// @param groups empty for NONE
/// @param status whether to tell how the mailboxes are now
record Notify(List<NotifyGroup> groups, boolean status) implements Command {
  private static final int GROUPS_MAX = 50;

  /// Names of all groups together; each costs a comparison with every mailbox at every change.
  private static final int NAMES_MAX = 1000;

  static Notify parse(ImapReader in) throws IOException {
    in.expectSpace();
    if (in.acceptWord("NONE")) {
      return new Notify(List.of(), false);
    }
    if (!in.acceptWord("SET")) {
      throw CommandException.bad("Expected SET or NONE");
    }
    in.expectSpace();
    boolean status = in.acceptWord("STATUS");
    if (status) {
      in.expectSpace();
    }
    List<NotifyGroup> groups = new ArrayList<>();
    int ofSelected = 0;
    int names = 0;
    do {
      if (groups.size() == GROUPS_MAX) {
        throw CommandException.no("NOTIFICATIONOVERFLOW", "Too many groups");
      }
      groups.add(NotifyGroup.parse(in));
      names += groups.getLast().names().size();
      if (names > NAMES_MAX) {
        throw CommandException.no("NOTIFICATIONOVERFLOW", "Too many mailboxes");
      }
      ofSelected += groups.getLast().ofSelected() ? 1 : 0;
    } while (in.acceptSpace());
    if (ofSelected > 1) {
      throw CommandException.bad("SELECTED is allowed once"); // RFC 5465 §6.1
    }
    return new Notify(groups, status);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    s.news().want(Notifications.begin(s, groups, status));
    return Reply.OK;
  }
}
