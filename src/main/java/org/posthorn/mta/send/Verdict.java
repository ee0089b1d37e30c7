package org.posthorn.mta.send;

import org.posthorn.mta.queue.Outcome;

/// What follows from a failure.
///
/// @param step what is to be done now
/// @param outcome of the recipients concerned: at once if the step is `SETTLED`, otherwise if the
///   step cannot be taken. Where several hosts were tried, [Trouble#exhausted] has it
/// @param ours an administrator of this server has to see to it
public record Verdict(Step step, Outcome outcome, boolean ours) {

  /// Whom it concerns: the recipient at `RCPT`, all that are left at every other stage.
  public enum Step {
    /// Nothing more in this attempt; the connection may be used for other recipients and messages
    /// if it still stands.
    SETTLED,
    /// The next host of the route.
    OTHER_HOST,
    /// The same host without TLS.
    IN_CLEAR,
    /// The same host once more, in a transaction of its own, if this one had a recipient that was
    /// accepted; otherwise settled.
    NEXT_TRANSACTION
  }
}
