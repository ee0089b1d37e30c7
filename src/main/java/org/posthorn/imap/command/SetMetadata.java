package org.posthorn.imap.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.EntryName;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.MailboxName;
import org.posthorn.store.Metadata;
import org.posthorn.store.Refused;
import org.posthorn.store.Rights.Right;
import org.posthorn.store.SpecialUse;

/// RFC 5464 §4.3: all entries or none.
///
/// @param mailbox empty for the server
record SetMetadata(String mailbox, List<Value> values) implements Command {
  private static final int ENTRIES_MAX = 200;

  private static final CommandException TOO_LARGE =
      CommandException.no("METADATA MAXSIZE " + Metadata.VALUE_MAX, "Value too large");

  /// @param value null removes
  record Value(EntryName entry, byte[] value) {}

  static SetMetadata parse(ImapReader in) throws IOException {
    in.expectSpace();
    String mailbox = in.mailbox();
    in.expectSpace();
    in.expect('(');
    List<Value> values = new ArrayList<>();
    do {
      if (values.size() == ENTRIES_MAX) {
        throw CommandException.bad("Too many entries");
      }
      EntryName entry = EntryName.parse(in);
      if (entry.rest().isEmpty()) {
        throw CommandException.bad("Invalid name of an entry"); // §3.2: two components at least
      }
      in.expectSpace();
      values.add(new Value(entry, in.nstring8(Metadata.VALUE_MAX, TOO_LARGE)));
    } while (in.acceptSpace());
    in.expect(')');
    return new SetMetadata(mailbox, values);
  }

  @Override
  public Reply run(ImapSession s) {
    Entries entries = Entries.of(s, mailbox);
    List<Metadata.Change> changes = new ArrayList<>();
    Set<SpecialUse> use = null;
    for (Value v : values) {
      EntryName name = v.entry;
      if (name.shared() && !mayShare(entries)) {
        throw CommandException.no("NOPERM", "You may not change shared entries there");
      }
      if (entries.place() == null) {
        Filters.check(name, v.value);
      }
      if (entries.place() != null && !name.shared() && name.is(SpecialUse.ENTRY)) {
        use = specialUse(entries, v.value);
      } else {
        changes.add(new Metadata.Change(entries.user(name), name.rest(), v.value));
      }
    }
    try {
      s.news()
          .changedMetadata(
              entries.mailbox(), entries.stored().set(entries.mailbox(), changes, use));
    } catch (Refused e) {
      if (e.reason() == Refused.Reason.LIMIT) {
        throw CommandException.no("METADATA TOOMANY", "No room for more entries");
      }
      throw e;
    }
    return Reply.OK;
  }

  /// Those of the server come from its configuration.
  private static boolean mayShare(Entries entries) {
    return entries.place() != null && entries.place().rights().has(Right.WRITE);
  }

  /// RFC 6154 §4: checked as CREATE checks it.
  private static Set<SpecialUse> specialUse(Entries entries, byte[] value) {
    if (!entries.place().isOwn() || entries.name().equals(MailboxName.INBOX)) {
      throw CommandException.no("USEATTR", "That mailbox can have no special use");
    }
    Set<SpecialUse> uses = EnumSet.noneOf(SpecialUse.class);
    if (value != null && value.length > 0) {
      for (String word : new String(value, StandardCharsets.UTF_8).split(" ")) {
        uses.add(Create.use(word));
      }
    }
    return uses;
  }
}
