package org.posthorn.smtp.server;

import static java.lang.System.Logger.Level.INFO;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.posthorn.net.Connection;
import org.posthorn.smtp.Backend;
import org.posthorn.smtp.Body;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Refused;
import org.posthorn.smtp.Reply;
import org.posthorn.smtp.Sender;

/// A mail transaction of a session, from MAIL to the message: the backend's, how many recipients it
/// has taken, and how far the message has come.
///
/// Life cycle: [#recipient] any number of times; then [#begin], once, and the message by [#text];
/// [#finish] or [#close], once.
final class MailTransaction {
  private static final System.Logger LOG = System.getLogger("posthorn.smtp");

  /// RCPT commands beyond the limit of a transaction, each answered 452 (RFC 5321 §4.5.3.1.10),
  /// before it is too much.
  private static final int EXCESS_RECIPIENTS_MAX = 10_000;

  /// A message of the largest size in chunks of half a KiB. Each has a reply.
  private static final int CHUNKS_MAX = 100_000;

  private final SmtpSession session;
  private final Backend.Transaction backend;
  private final Sender sender;
  private int accepted;
  private int refused;
  private int excess;

  // Null until the message begins.
  private BodyReception text;
  private int chunks;

  MailTransaction(SmtpSession session, Backend.Transaction backend, Sender sender) {
    this.session = session;
    this.backend = backend;
    this.sender = sender;
  }

  Sender sender() {
    return sender;
  }

  /// The client said SMTPUTF8.
  boolean utf8() {
    return sender.options().utf8();
  }

  boolean binary() {
    return sender.body() == Body.BINARY_MIME;
  }

  void recipient(Recipient recipient) throws IOException {
    if (accepted >= session.config().recipientsMax()) {
      if (++excess > EXCESS_RECIPIENTS_MAX) {
        throw session.tooMuch("Too many recipients");
      }
      session.reply(Reply.of(452, "4.5.3", "Too many recipients"));
      return;
    }
    Reply outcome = backend.recipient(recipient);
    session.reply(forClient(outcome));
    if (outcome.positive()) {
      accepted++;
      session.counters().recipientsAccepted.increment();
      return;
    }
    refused++;
    session.counters().recipientsRefused.increment();
    LOG.log(INFO, "smtp-recipient-refused to={0} reply={1}", recipient.path(), outcome);
    if (outcome.permanent()) {
      session.countUnknownRecipient();
    }
  }

  /// RFC 6531 §3.7.4.1: without SMTPUTF8, no other address in UTF-8 is told.
  private Reply forClient(Reply reply) {
    if (utf8() || reply.isAscii()) {
      return reply;
    }
    return switch (reply.code()) {
      case 251 -> Reply.of(250, "2.1.5", "Recipient ok");
      case 551 -> Reply.of(550, "5.1.6", "Moved to an address that needs SMTPUTF8");
      default -> reply;
    };
  }

  /// How many recipients wait for the outcome.
  int recipients() {
    return accepted;
  }

  /// RFC 5321 §3.3.
  void requireRecipients() {
    if (accepted == 0) {
      throw refused == 0
          ? new Refused(503, "5.5.1", "RCPT first")
          : new Refused(554, "5.5.1", "No valid recipients");
    }
  }

  /// The message has begun to come, in chunks.
  boolean begun() {
    return text != null;
  }

  /// Null, or why the message is not taken; it must not begin then.
  Reply begin(BodyReception.Framing framing) {
    Reply reply = backend.begin();
    if (!reply.positive()) {
      return reply;
    }
    Connection connection = session.connection();
    text = new BodyReception(connection, session.config(), session.ticker(), backend, framing);
    return null;
  }

  /// The message; null before it has begun.
  BodyReception text() {
    return text;
  }

  /// Begins the message unless it has, for what comes in chunks. Null, or why not.
  Reply beginChunk() {
    if (++chunks > CHUNKS_MAX) {
      throw session.tooMuch("Too many chunks");
    }
    if (begun()) {
      return null;
    }
    return begin(binary() ? BodyReception.Framing.BINARY_CHUNKS : BodyReception.Framing.CHUNKS);
  }

  /// Has the message delivered, and gives the replies to it.
  List<Reply> finish() {
    try {
      List<Reply> outcomes = backend.finish();
      if (outcomes.size() != accepted) {
        throw new IllegalStateException(
            outcomes.size() + " outcomes for " + accepted + " recipients");
      }
      return replies(outcomes);
    } catch (RuntimeException e) {
      return refused(session.ourFault(e));
    }
  }

  /// The replies to a message that is not taken.
  List<Reply> refused(Reply reply) {
    return replies(Collections.nCopies(accepted, reply));
  }

  /// RFC 2033 §4.2: in LMTP one for each accepted recipient, in their order, whatever happens.
  private List<Reply> replies(List<Reply> outcomes) {
    return session.config().lmtp() ? outcomes : List.of(one(outcomes));
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

  /// The client has heard the outcome.
  void confirmed() {
    backend.confirmed();
  }

  void close() {
    backend.close();
  }
}
