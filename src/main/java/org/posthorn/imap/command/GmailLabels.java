package org.posthorn.imap.command;

import java.io.IOException;
import java.util.List;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.SpecialUse;

/// Gmail's labels, as what we have for them: the mailboxes in which a message lies. `\Inbox`,
/// `\Sent` and their like name a mailbox by its use; of any other the name counts without case, and
/// a hyphen stands also for a space or a slash, as in Gmail's search field.
final class GmailLabels {
  private GmailLabels() {}

  /// Writes the labels of a message in the selected mailbox, which is none of them.
  static void write(ImapSession s, SessionView view, long email) throws IOException {
    ImapWriter out = s.out().raw("(");
    String between = "";
    if (view.account() == s.account()) {
      for (Mailbox box : view.account().mailboxesOf(email)) {
        if (!box.id().equals(view.id())) {
          out.raw(between);
          if (box.name().equals("INBOX")) {
            out.raw("\"\\\\Inbox\"");
          } else {
            out.mailbox(box.name());
          }
          between = " ";
        }
      }
    }
    out.raw(")");
  }

  /// The mailbox that a label means to its owner, or null.
  static Mailbox find(Account account, String label) {
    if (!label.startsWith("\\")) {
      return account.mailbox(label);
    }
    for (Mailbox box : account.mailboxes()) {
      if (isCalled(box, label)) {
        return box;
      }
    }
    return null;
  }

  /// Whether a message in these mailboxes has the label because of one of them.
  static boolean has(List<Mailbox> boxes, String label) {
    for (Mailbox box : boxes) {
      if (isCalled(box, label)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isCalled(Mailbox box, String label) {
    String plain = label.startsWith("\\") ? label.substring(1) : label;
    SpecialUse use = use(plain);
    if (use != null && box.specialUse().contains(use)) {
      return true;
    }
    String name = box.name();
    return name.equalsIgnoreCase(plain)
        || name.replace(' ', '-').replace('/', '-').equalsIgnoreCase(plain);
  }

  private static SpecialUse use(String label) {
    return switch (label.toLowerCase(java.util.Locale.ROOT)) {
      case "sent" -> SpecialUse.SENT;
      case "draft", "drafts" -> SpecialUse.DRAFTS;
      case "trash", "bin" -> SpecialUse.TRASH;
      case "junk", "spam" -> SpecialUse.JUNK;
      case "important" -> SpecialUse.IMPORTANT;
      case "archive" -> SpecialUse.ARCHIVE;
      default -> null;
    };
  }
}
