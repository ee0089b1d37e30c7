package org.posthorn.imap.command;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.FetchItem;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;

/// RFC 5465 §8 event-group: which events of which mailboxes.
///
/// @param names for SUBTREE and MAILBOXES
/// @param items what to fetch of new messages in the selected mailbox; empty for nothing
record NotifyGroup(
    Filter filter, List<String> names, Set<NotifyEvent> events, List<FetchItem> items) {
  /// RFC 5465 §6.
  enum Filter {
    SELECTED,
    SELECTED_DELAYED,
    /// Mail may be delivered to any mailbox, so INBOXES is the same (§6.3).
    PERSONAL,
    SUBSCRIBED,
    SUBTREE,
    MAILBOXES
  }

  boolean ofSelected() {
    return filter == Filter.SELECTED || filter == Filter.SELECTED_DELAYED;
  }

  /// Whether a mailbox of that name is meant.
  ///
  /// @param own whether it is one of the user's own
  boolean covers(String name, boolean own, Set<String> subscribed) {
    return switch (filter) {
      case SELECTED, SELECTED_DELAYED -> false;
      case PERSONAL -> own;
      case SUBSCRIBED -> subscribed.contains(name);
      case MAILBOXES -> names.contains(name);
      case SUBTREE -> {
        for (String root : names) {
          if (name.equals(root) || name.startsWith(root + MailboxName.SEPARATOR)) {
            yield true;
          }
        }
        yield false;
      }
    };
  }

  /// From `(` to `)`.
  static NotifyGroup parse(ImapReader in) throws IOException {
    in.expect('(');
    Filter filter = filter(in.word());
    List<String> names = new ArrayList<>();
    if (filter == Filter.SUBTREE || filter == Filter.MAILBOXES) {
      in.expectSpace();
      names(in, names);
    }
    in.expectSpace();
    Set<NotifyEvent> events = EnumSet.noneOf(NotifyEvent.class);
    List<FetchItem> items = new ArrayList<>();
    boolean selected = filter == Filter.SELECTED || filter == Filter.SELECTED_DELAYED;
    if (!in.acceptWord("NONE")) {
      in.expect('(');
      do {
        NotifyEvent e = NotifyEvent.find(in.atom());
        events.add(e);
        if (selected && !e.ofMessages()) {
          throw CommandException.bad("SELECTED goes with events of messages only");
        }
        if (e == NotifyEvent.MESSAGE_NEW) {
          items(in, selected, items);
        }
      } while (in.acceptSpace());
      in.expect(')');
    }
    in.expect(')');
    check(events);
    return new NotifyGroup(filter, List.copyOf(names), events, List.copyOf(items));
  }

  private static Filter filter(String word) {
    return switch (word) {
      case "SELECTED" -> Filter.SELECTED;
      case "SELECTED-DELAYED" -> Filter.SELECTED_DELAYED;
      case "INBOXES", "PERSONAL" -> Filter.PERSONAL;
      case "SUBSCRIBED" -> Filter.SUBSCRIBED;
      case "SUBTREE" -> Filter.SUBTREE;
      case "MAILBOXES" -> Filter.MAILBOXES;
      default -> throw CommandException.bad("Unknown mailboxes " + word);
    };
  }

  private static void names(ImapReader in, List<String> names) throws IOException {
    if (!in.accept('(')) {
      names.add(in.mailbox());
      return;
    }
    do {
      names.add(in.mailbox());
    } while (in.acceptSpace());
    in.expect(')');
  }

  /// The list of FETCH items that may follow MessageNew; a space without one belongs to the caller.
  private static void items(ImapReader in, boolean selected, List<FetchItem> items)
      throws IOException {
    if (!in.accept(" (")) {
      return;
    }
    if (!selected) {
      throw CommandException.bad("Items to fetch go with SELECTED only");
    }
    items.addAll(FetchItem.parseList(in));
  }

  /// RFC 5465 §5: new and expunged messages are asked for together, changed flags only with them.
  private static void check(Set<NotifyEvent> events) {
    boolean fresh = events.contains(NotifyEvent.MESSAGE_NEW);
    boolean gone = events.contains(NotifyEvent.MESSAGE_EXPUNGE);
    if (fresh != gone) {
      throw CommandException.bad("MessageNew and MessageExpunge go together");
    }
    if (events.contains(NotifyEvent.FLAG_CHANGE) && !fresh) {
      throw CommandException.bad("FlagChange needs MessageNew and MessageExpunge");
    }
  }
}
