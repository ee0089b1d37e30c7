package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.Locale;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 3030 §2: a chunk of the message. Its octets are read before there is a reply, whatever that
/// says, or else they would be taken for commands; where that is too much to ask the session ends.
///
/// A chunk that is refused ends the transaction, and those that were sent behind it find none.
record Bdat(long size, boolean last) implements Command {
  private static final String SYNTAX = "Syntax: BDAT size [LAST]";

  /// More octets than any message has; what does not fit into a long means the same.
  private static final int DIGITS_MAX = 18;

  /// A refusal ends the session, for nobody can say where the next command begins.
  static Bdat parse(String argument) {
    String[] words = argument.split(" +", -1);
    boolean last = words.length == 2 && words[1].toUpperCase(Locale.ROOT).equals("LAST");
    if (words.length > 2 || (words.length == 2 && !last) || !isNumber(words[0])) {
      throw new Refused(501, "5.5.4", SYNTAX);
    }
    String digits = words[0];
    long size = digits.length() > DIGITS_MAX ? Long.MAX_VALUE : Long.parseLong(digits);
    return new Bdat(size, last);
  }

  private static boolean isNumber(String s) {
    for (int i = 0; i < s.length(); i++) {
      if (s.charAt(i) < '0' || s.charAt(i) > '9') {
        return false;
      }
    }
    return !s.isEmpty();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    MailTransaction transaction = session.transaction();
    try {
      session.requireRecipients();
    } catch (Refused r) {
      session.drop(size);
      if (!session.discarding().expected()) {
        throw r;
      }
      session.reply(Reply.of(503, "5.5.1", "The message was refused already"));
      return;
    }
    Reply no = transaction.beginChunk();
    if (no != null) {
      session.drop(size);
      refuse(session, no);
      return;
    }
    BodyReception text = transaction.text();
    if (text.wouldOverflow(size)) {
      session.endTransaction();
      session.replyAndClose(session.config().tooBig());
      return;
    }
    if (!session.receive(text, () -> text.readChunk(size))) {
      session.endTransaction();
      session.replyAndClose(null); // the peer is gone, and nothing is left of the message
      return;
    }
    if (last) {
      text.endChunks();
    }
    Reply fault = text.fault();
    if (fault != null) {
      refuse(session, fault);
    } else if (last) {
      session.deliver();
    } else {
      session.reply(Reply.ok(size + " octets received"));
    }
  }

  /// In LMTP the last chunk has a reply for each recipient, the others have one.
  private void refuse(SmtpSession session, Reply reply) throws IOException {
    if (last) {
      session.refuseMessage(reply);
    } else {
      session.breakOff();
      session.replyToMessage(reply);
    }
  }
}
