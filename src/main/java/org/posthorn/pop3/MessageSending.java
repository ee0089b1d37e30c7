package org.posthorn.pop3;

import static java.lang.System.Logger.Level.ERROR;

import java.io.IOException;
import java.io.InputStream;
import org.posthorn.store.Account;
import org.posthorn.store.Mailbox;
import org.posthorn.store.MessageRow;
import org.posthorn.store.StoreUnavailable;

/// Sends a message of the drop, whole or in part, in pieces.
final class MessageSending {
  private static final System.Logger LOG = System.getLogger("posthorn.pop3");

  private static final int PIECE = 16 * 1024;

  private MessageSending() {}

  /// Writes the reply and the message. Refuses what cannot be read; damage that shows later cuts
  /// the connection.
  static void send(Pop3Session session, int message, String reply, DotStuffer to)
      throws IOException {
    MessageRow row = row(session, message);
    try (InputStream in = open(session.account(), row)) {
      byte[] piece = new byte[(int) Math.min(PIECE, Math.max(1, row.size()))];
      int n = first(in, row, piece);
      session.reply(reply);
      while (n > 0 && to.write(piece, 0, n)) {
        session.alive();
        n = next(in, row, piece);
      }
    }
    to.end();
  }

  /// RFC 1939 §4 wants the drop locked; here IMAP may have expunged the message. Its row may be
  /// there still, for a while, but whoever removed it wants it gone.
  private static MessageRow row(Pop3Session session, int message) {
    Mailbox inbox = session.account().mailbox(session.drop().mailbox());
    if (inbox != null && inbox.contains(session.drop().uid(message))) {
      MessageRow row = session.account().message(session.drop().email(message));
      if (row != null) {
        return row;
      }
    }
    throw Refusal.of("message " + message + " was removed by another program");
  }

  private static InputStream open(Account account, MessageRow row) {
    try {
      return account.read(row, 0, row.size());
    } catch (IOException e) {
      throw damaged(row, e);
    }
  }

  private static int first(InputStream in, MessageRow row, byte[] piece) {
    try {
      return in.readNBytes(piece, 0, piece.length); // all of a small one, so that damage shows here
    } catch (IOException e) {
      throw damaged(row, e);
    }
  }

  private static Refusal damaged(MessageRow row, IOException e) {
    LOG.log(ERROR, "message-unreadable email={0} error={1}", row.email(), e.getMessage());
    return Refusal.permanent("the message is damaged");
  }

  private static int next(InputStream in, MessageRow row, byte[] piece) throws IOException {
    try {
      return in.readNBytes(piece, 0, piece.length);
    } catch (IOException | StoreUnavailable e) {
      LOG.log(ERROR, "message-unreadable email={0} error={1}", row.email(), e.getMessage());
      throw new DamagedMessage(e);
    }
  }

  /// The message ends in its middle: the client must not take what it has for the whole.
  static final class DamagedMessage extends IOException {
    private static final long serialVersionUID = 1;

    private DamagedMessage(Exception cause) {
      super(cause.getMessage(), cause);
    }
  }
}
