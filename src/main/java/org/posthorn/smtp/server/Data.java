package org.posthorn.smtp.server;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;

/// RFC 5321 §4.1.1.4: receives the message and has it delivered. The reply is sent when it is.
record Data() implements Command {
  static Data parse(String argument) {
    SmtpSession.requireNoArgument("DATA", argument);
    return new Data();
  }

  @Override
  public void run(SmtpSession session) throws IOException {
    Backend.Transaction transaction = session.transaction();
    int recipients = session.acceptedRecipients();
    Reply begun = transaction.begin();
    if (!begun.positive()) {
      session.endTransaction();
      throw new Refused(begun);
    }
    session.reply(Reply.plain(354, "End with <CRLF>.<CRLF>"));
    BodyReception body = session.receive(transaction);
    if (!body.ended()) {
      return; // the peer is gone, or will be told to go: nothing is left of the message
    }
    Reply fault = body.fault();
    if (fault != null) {
      session.endTransaction();
      answer(session, Collections.nCopies(recipients, fault));
      return;
    }
    answer(session, session.finish());
  }

  private static void answer(SmtpSession session, List<Reply> outcomes) throws IOException {
    if (!session.config().lmtp()) {
      session.replyToMessage(one(outcomes));
      return;
    }
    // RFC 2033 §4.2: one for each accepted recipient, in their order.
    for (Reply reply : outcomes) {
      session.replyToMessage(reply);
    }
  }

  /// SMTP has one reply for all. If it worked for some and not for others, the client is told to
  /// come again: some may get it twice, nobody loses it.
  static Reply one(List<Reply> outcomes) {
    Reply first = outcomes.getFirst();
    for (Reply reply : outcomes) {
      if (reply.positive() != first.positive()) {
        return Reply.of(451, "4.2.0", "Not delivered to all recipients, try again");
      }
      if (first.permanent() && !reply.permanent()) {
        first = reply; // refused by all, but not by all for ever
      }
    }
    return first;
  }
}
