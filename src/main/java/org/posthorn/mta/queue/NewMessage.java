package org.posthorn.mta.queue;

import java.time.Instant;
import java.util.List;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.Sender;
import org.posthorn.store.Kept;

/// A message that is to wait.
///
/// @param id null: the queue gives one
/// @param head our trace lines that go before the octets, with CRLF
/// @param submitter address of the account that sent it, "" if it came from elsewhere
/// @param recipients at least one
public record NewMessage(
    QueueId id,
    Sender sender,
    Instant arrived,
    Kept octets,
    byte[] head,
    String submitter,
    List<To> recipients) {
  /// So much that Return-Path and Delivered-To still fit into the head of a message in an account.
  public static final int HEAD_MAX = 14 * 1024;

  public NewMessage {
    recipients = List.copyOf(recipients);
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("nobody to send to");
    }
    if (head.length > HEAD_MAX) {
      throw new IllegalArgumentException("head of " + head.length + " octets");
    }
  }

  public NewMessage withId(QueueId other) {
    return new NewMessage(other, sender, arrived, octets, head, submitter, recipients);
  }

  /// One recipient.
  ///
  /// @param notBefore null: at once
  /// @param last how a try ended that was made before; null if there was none
  public record To(
      Recipient recipient, Destination destination, Instant notBefore, Outcome.Problem last) {
    public To(Recipient recipient, Destination destination) {
      this(recipient, destination, null, null);
    }
  }
}
