package org.posthorn.mta;

import java.time.OffsetDateTime;
import java.util.List;
import org.posthorn.mime.Headers;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.smtp.MailOptions;
import org.posthorn.smtp.Sender;

/// All that is known of a message besides its octets.
///
/// @param id names this reception in replies, trace lines, logs, queue and trace
/// @param received our Received line, with CRLF
/// @param submitter address of the account that sent it, "" if it came from elsewhere
/// @param each every recipient has a reply of its own (LMTP); else one is for all
record Envelope(
    QueueId id,
    Sender sender,
    List<Accepted> recipients,
    byte[] received,
    String submitter,
    boolean each,
    OffsetDateTime at) {

  /// The same, with what the message itself asks for in its header.
  Envelope asking(Headers headers) {
    MailOptions o = sender.options();
    String tls = headers.first("TLS-Required");
    if (tls == null || !tls.strip().equalsIgnoreCase("No") || o.requireTls()) {
      return this; // RFC 8689 §4.1: REQUIRETLS goes before the field
    }
    Sender asking =
        new Sender(sender.path(), sender.size(), sender.body(), o.withTlsOptional(true));
    return new Envelope(id, asking, recipients, received, submitter, each, at);
  }
}
