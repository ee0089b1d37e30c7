package org.posthorn.mta.queue;

import java.time.Instant;
import org.posthorn.smtp.Recipient;

/// One recipient of a message that waits.
///
/// @param number in its message, from 0
/// @param next when it is tried again; meaningless while it is held
/// @param tries so far
/// @param last how the last try ended; null before the first
/// @param delayTold the sender was told that it takes longer
public record QueuedRecipient(
    int number,
    Recipient recipient,
    Destination destination,
    Instant next,
    int tries,
    Outcome.Problem last,
    State state,
    boolean delayTold) {

  /// Whether it is tried.
  public enum State {
    WAITING,
    /// By an administrator, until he releases it.
    HELD
  }

  public QueuedRecipient withNext(Instant other) {
    return new QueuedRecipient(
        number, recipient, destination, other, tries, last, state, delayTold);
  }

  public QueuedRecipient withState(State other) {
    return new QueuedRecipient(number, recipient, destination, next, tries, last, other, delayTold);
  }

  public QueuedRecipient withDestination(Destination other) {
    return new QueuedRecipient(number, recipient, other, next, tries, last, state, delayTold);
  }
}
