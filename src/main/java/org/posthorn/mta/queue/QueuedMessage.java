package org.posthorn.mta.queue;

import java.time.Instant;
import org.posthorn.smtp.Sender;

/// A message that waits: what is the same for all its recipients, and never changes.
///
/// @param expires when it is given up, unless an administrator holds it
/// @param blob id of its octets in the store
/// @param size octets of the blob
/// @param head our trace lines that go before the blob, with CRLF
/// @param submitter address of the account that sent it, "" if it came from elsewhere
public record QueuedMessage(
    QueueId id,
    Sender sender,
    Instant arrived,
    Instant expires,
    long blob,
    long size,
    byte[] head,
    String submitter) {}
