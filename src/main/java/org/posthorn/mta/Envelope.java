package org.posthorn.mta;

import java.time.OffsetDateTime;
import java.util.List;
import org.posthorn.mime.Headers;
import org.posthorn.mta.judge.Judgement;
import org.posthorn.mta.judge.Verdict;
import org.posthorn.mta.judge.VerdictLine;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Sender;
import org.posthorn.store.AccountId;

/// All that is known of a message besides its octets.
///
/// @param id names this reception in replies, trace lines, logs, queue and trace
/// @param received our lines with CRLF: Received, and before it what was found out about the
///   message
/// @param judgement null if nobody judged it
/// @param submitter address of the account that sent it, "" if it came from elsewhere
/// @param each every recipient has a reply of its own (LMTP); else one is for all
record Envelope(
    QueueId id,
    Sender sender,
    List<Accepted> recipients,
    byte[] received,
    Judgement judgement,
    String submitter,
    boolean each,
    OffsetDateTime at) {

  /// The lines before a copy for an account.
  byte[] linesFor(AccountId account) {
    return judgement == null ? received : with(judgement.of(account));
  }

  /// The lines before a copy that has to wait.
  byte[] lines() {
    return judgement == null ? received : with(judgement.overall());
  }

  private byte[] with(Verdict verdict) {
    return TraceLines.joined(VerdictLine.of(verdict), received);
  }

  boolean junkFor(AccountId account) {
    return judgement != null && judgement.of(account).action() == Verdict.Action.JUNK;
  }

  /// The same, with what the message itself asks for in its header.
  Envelope asking(Headers headers) {
    MailOptions o = sender.options();
    String tls = headers.first("TLS-Required");
    if (tls == null || !tls.strip().equalsIgnoreCase("No") || o.requireTls()) {
      return this; // RFC 8689 §4.1: REQUIRETLS goes before the field
    }
    Sender asking =
        new Sender(sender.path(), sender.size(), sender.body(), o.withTlsOptional(true));
    return new Envelope(id, asking, recipients, received, judgement, submitter, each, at);
  }
}
