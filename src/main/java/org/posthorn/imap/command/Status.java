package org.posthorn.imap.command;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.Place;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;

/// RFC 3501 §6.3.10.
record Status(String mailbox, Set<Item> items) implements Command {
  enum Item {
    MESSAGES,
    RECENT,
    UIDNEXT,
    UIDVALIDITY,
    UNSEEN,
    HIGHESTMODSEQ,
    MAILBOXID
  }

  static Status parse(ImapReader in) throws IOException {
    in.expectSpace();
    String name = in.mailbox();
    in.expectSpace();
    in.expect('(');
    Set<Item> items = EnumSet.noneOf(Item.class);
    do {
      items.add(item(in.word()));
    } while (in.acceptSpace());
    in.expect(')');
    return new Status(name, items);
  }

  private static Item item(String word) {
    for (Item i : Item.values()) {
      if (i.name().equals(word)) {
        return i;
      }
    }
    throw CommandException.bad("Unknown item " + word);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    Place place = s.place(mailbox);
    Mailbox box = place.box();
    if (items.contains(Item.HIGHESTMODSEQ)) {
      s.enableCondstore(); // RFC 7162 §3.1
    }
    ImapWriter out = s.out();
    out.untagged().raw("STATUS ").mailbox(place.name()).raw(" (");
    String between = "";
    for (Item i : items) {
      out.raw(between).raw(i.name()).space();
      if (i == Item.MAILBOXID) {
        out.raw("(" + box.id() + ")"); // RFC 8474 §4.3
      } else {
        out.number(value(place.account(), box, i));
      }
      between = " ";
    }
    out.raw(")").crlf();
    return Reply.OK;
  }

  private static long value(Account account, Mailbox box, Item item) {
    return switch (item) {
      case MESSAGES -> box.count();
      case RECENT -> {
        long from = account.recentFrom(box.id());
        yield from >= box.uidNext() ? 0 : box.count() - (from > 1 ? box.rank(from - 1) : 0);
      }
      case UIDNEXT -> box.uidNext();
      case UIDVALIDITY -> box.uidValidity();
      case UNSEEN -> box.unseen();
      // RFC 7162 §3.1.7: 0 would mean that there are no MODSEQs
      case HIGHESTMODSEQ -> Math.max(1, box.highestModSeq());
      case MAILBOXID -> box.id().value();
    };
  }
}
