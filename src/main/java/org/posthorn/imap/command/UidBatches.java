package org.posthorn.imap.command;

import java.io.IOException;
import org.posthorn.imap.ImapSession;
import org.posthorn.imap.SessionView;
import org.posthorn.imap.wire.CommandException;
import org.posthorn.imap.wire.ImapReader;
import org.posthorn.imap.wire.ImapWriter;
import org.posthorn.store.Mailbox;

/// RFC 10022: UIDs at which the messages, the newest first, fall into batches of one size. The
/// batches lie side by side, down to UID 1.
///
/// @param size messages of a batch; the last may have fewer
/// @param first number of the first batch wanted, from 1
/// @param last number of the last one wanted
record UidBatches(long size, long first, long last) implements Command {
  /// Smaller batches are no use to a client that wants to save round trips.
  private static final int SIZE_MIN = 500;

  static UidBatches parse(ImapReader in) {
    in.expectSpace();
    long size = in.nzNumber();
    long first = 1;
    long last = Long.MAX_VALUE;
    if (in.acceptSpace()) {
      first = in.nzNumber();
      in.expect(':');
      last = in.nzNumber();
      if (last < first) {
        throw CommandException.bad("CLIENTBUG", "The first batch is to be named first");
      }
    }
    return new UidBatches(size, first, last);
  }

  @Override
  public Reply run(ImapSession s) throws IOException {
    if (size < SIZE_MIN) {
      throw CommandException.no("TOOFEW", "A batch has at least " + SIZE_MIN + " messages");
    }
    SessionView view = s.view();
    Mailbox box = view.head();
    ImapWriter out = s.out();
    out.untagged().raw("UIDBATCHES (TAG ").string(s.tag()).raw(")");
    long messages = box.rank(view.uidLimit());
    String between = " ";
    // The batches above are skipped by counting; none of more than a mailbox can hold exists.
    long batches = (messages + size - 1) / size;
    for (long batch = first; batch <= Math.min(last, batches); batch++) {
      long high = batch == 1 ? view.uidLimit() : lowest(box, messages, batch - 1) - 1;
      long low = batch == batches ? 1 : lowest(box, messages, batch);
      out.raw(between).number(high);
      if (low < high) {
        out.raw(":").number(low);
      }
      between = ",";
    }
    out.crlf();
    return Reply.OK;
  }

  /// UID of the lowest message of a batch that is full.
  private long lowest(Mailbox box, long messages, long batch) {
    return box.uidAt((int) (messages - batch * size + 1));
  }
}
