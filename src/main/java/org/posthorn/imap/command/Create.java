package org.posthorn.imap.command;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Namespaces;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Mailbox;
import org.posthorn.store.SpecialUse;

/// RFC 3501 §6.3.3, with USE by RFC 6154 §3. Missing parents are made, too. Each has the access
/// control list of the one above it (RFC 4314 §4), as with Cyrus and Dovecot.
///
/// @param written the name as the client wrote it
record Create(String mailbox, String written, Set<SpecialUse> use) implements Command {
  static Create parse(ImapReader in) throws IOException {
    in.expectSpace();
    String written = in.mailboxAsWritten();
    Set<SpecialUse> use = EnumSet.noneOf(SpecialUse.class);
    if (in.acceptSpace()) {
      in.expect('(');
      if (!in.acceptWord("USE")) {
        throw CommandException.bad("Unknown parameter");
      }
      in.expectSpace();
      in.expect('(');
      while (!in.accept(')')) {
        if (!use.isEmpty()) {
          in.expectSpace();
        }
        use.add(use(in));
      }
      in.expect(')');
    }
    return new Create(MailboxName.canonical(written), written, use);
  }

  private static SpecialUse use(ImapReader in) {
    in.expect('\\');
    return use("\\" + in.atom());
  }

  /// What a mailbox may be for, or NO.
  static SpecialUse use(String attribute) {
    SpecialUse u = SpecialUse.find(attribute);
    if (u == null || u.isVirtual()) {
      // RFC 6154 §3, §5.2: virtual mailboxes cannot be made
      throw CommandException.no("USEATTR", "No mailbox can be made for that use");
    }
    return u;
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    // RFC 3501 §6.3.3: a separator at the end says that names will be made below
    String name =
        mailbox.length() > 1 && mailbox.charAt(mailbox.length() - 1) == MailboxName.SEPARATOR
            ? mailbox.substring(0, mailbox.length() - 1)
            : mailbox;
    Namespaces.Location at = s.names().forNew(name);
    if (!use.isEmpty() && at.account() != s.account()) {
      throw CommandException.no("USEATTR", "Only mailboxes of your own can be for a special use");
    }
    Mailbox made = at.account().create(at.name(), use);
    if (made == null) {
      throw CommandException.no("INUSE", "Another session has removed it again");
    }
    s.news().changedName(at.shown());
    ListNotice.created(s, at, written);
    return Reply.ok("MAILBOXID (" + made.id() + ")", null); // RFC 8474 §4.1
  }
}
