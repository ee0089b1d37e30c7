package org.posthorn.imap.wire;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Which mailboxes are meant (RFC 5465 §6, RFC 7377 §2.2).
///
/// @param names of the kinds that name mailboxes; else empty
public record MailboxFilter(Kind kind, List<String> names) {
  public enum Kind {
    SELECTED("SELECTED"),
    SELECTED_DELAYED("SELECTED-DELAYED"),
    INBOXES("INBOXES"),
    PERSONAL("PERSONAL"),
    SUBSCRIBED("SUBSCRIBED"),
    SUBTREE("SUBTREE"),
    SUBTREE_ONE("SUBTREE-ONE"),
    MAILBOXES("MAILBOXES");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    private boolean named() {
      return this == SUBTREE || this == SUBTREE_ONE || this == MAILBOXES;
    }
  }

  /// RFC 5465 §8, RFC 7377 §4: filter-mailboxes. Which kinds are allowed where, the caller judges.
  public static MailboxFilter parse(ImapReader in) throws IOException {
    Kind kind = kind(in.word());
    if (!kind.named()) {
      return new MailboxFilter(kind, List.of());
    }
    in.expectSpace();
    List<String> names = new ArrayList<>();
    if (in.accept('(')) {
      do {
        names.add(in.mailbox());
      } while (in.acceptSpace());
      in.expect(')');
    } else {
      names.add(in.mailbox());
    }
    return new MailboxFilter(kind, names);
  }

  private static Kind kind(String word) {
    for (Kind k : Kind.values()) {
      if (k.word.equals(word)) {
        return k;
      }
    }
    throw CommandException.bad("Unknown mailboxes " + word);
  }

  /// Whether a mailbox of that name is one of the named, or below one of them.
  public boolean covers(String name) {
    for (String n : names) {
      if (name.equals(n) || (kind != Kind.MAILBOXES && below(n, name))) {
        return true;
      }
    }
    return false;
  }

  private boolean below(String root, String name) {
    return name.length() > root.length()
        && name.startsWith(root)
        && name.charAt(root.length()) == MailboxName.SEPARATOR
        && (kind == Kind.SUBTREE || name.indexOf(MailboxName.SEPARATOR, root.length() + 1) < 0);
  }
}
