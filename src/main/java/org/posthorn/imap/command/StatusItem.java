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

/// What STATUS tells of a mailbox, as a command and as a part of LIST. All but RECENT and
/// DELETED-STORAGE stand in the mailbox's head, so that they cost no reading.
enum StatusItem {
  MESSAGES("MESSAGES"),
  RECENT("RECENT"),
  UIDNEXT("UIDNEXT"),
  UIDVALIDITY("UIDVALIDITY"),
  UNSEEN("UNSEEN"),
  DELETED("DELETED"), // RFC 9051 §6.3.11, RFC 9208 §4.1.4
  DELETED_STORAGE("DELETED-STORAGE"), // RFC 9208 §4.1.4
  SIZE("SIZE"), // RFC 8438 §3
  HIGHESTMODSEQ("HIGHESTMODSEQ"), // RFC 7162 §3.1.7
  MAILBOXID("MAILBOXID"), // RFC 8474 §4.3
  APPENDLIMIT("APPENDLIMIT"); // RFC 7889 §3

  private final String word;

  StatusItem(String word) {
    this.word = word;
  }

  /// "(" status-att *(SP status-att) ")"
  static Set<StatusItem> parse(ImapReader in) {
    in.expect('(');
    Set<StatusItem> items = EnumSet.noneOf(StatusItem.class);
    do {
      items.add(find(in.word()));
    } while (in.acceptSpace());
    in.expect(')');
    return items;
  }

  private static StatusItem find(String word) {
    for (StatusItem i : values()) {
      if (i.word.equals(word)) {
        return i;
      }
    }
    throw CommandException.bad("Unknown item " + word);
  }

  /// Before the first response: asking for MODSEQs is to be aware of them (RFC 7162 §3.1).
  static void announce(ImapSession s, Set<StatusItem> items) throws IOException {
    if (items.contains(HIGHESTMODSEQ)) {
      s.enableCondstore();
    }
  }

  /// The STATUS response.
  static void write(ImapSession s, Place place, Set<StatusItem> items) throws IOException {
    Mailbox box = place.look(s);
    ImapWriter out = s.out();
    out.untagged().raw("STATUS ").mailbox(place.name()).raw(" (");
    String between = "";
    for (StatusItem i : items) {
      out.raw(between).raw(i.word).space();
      if (i == MAILBOXID) {
        out.raw("(" + box.id() + ")");
      } else {
        out.number(i.value(s, place.account(), box));
      }
      between = " ";
    }
    out.raw(")").crlf();
  }

  private long value(ImapSession s, Account account, Mailbox box) {
    return switch (this) {
      case MESSAGES -> box.count();
      case RECENT -> {
        long from = account.recentFrom(box.id());
        yield from >= box.uidNext() ? 0 : box.count() - (from > 1 ? box.rank(from - 1) : 0);
      }
      case UIDNEXT -> box.uidNext();
      case UIDVALIDITY -> box.uidValidity();
      case UNSEEN -> box.unseen();
      case DELETED -> box.deleted();
      case DELETED_STORAGE -> box.deletedBytes();
      case SIZE -> box.bytes();
      // RFC 7162 §3.1.7: 0 would mean that there are no MODSEQs
      case HIGHESTMODSEQ -> Math.max(1, box.highestModSeq());
      case MAILBOXID -> box.id().value();
      case APPENDLIMIT -> s.server().config().messageMax();
    };
  }
}
