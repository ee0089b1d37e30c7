package org.posthorn.mta.report;

import java.time.Instant;
import org.posthorn.mime.DeliveryReport.Action;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.smtp.Recipient;

/// What a notice tells of one recipient.
///
/// @param host who has the message, or refused it, as in [Outcome]; "" if nobody was reached, or
///   here
/// @param words that host's own; "" if it said none
/// @param plain ours for a failure or a delay, one sentence; "" otherwise
/// @param tried when it was tried last; null if nobody knows
/// @param until how long a delayed message is tried; null otherwise
public record Told(
    Recipient recipient,
    Action action,
    String status,
    String host,
    String words,
    String plain,
    Instant tried,
    Instant until) {

  /// @param tried null if nobody knows
  public static Told failed(Recipient recipient, Outcome.Problem why, Instant tried) {
    return of(recipient, Action.FAILED, why, tried, null);
  }

  /// @param until when it is given up
  public static Told delayed(
      Recipient recipient, Outcome.Problem why, Instant tried, Instant until) {
    return of(recipient, Action.DELAYED, why, tried, until);
  }

  private static Told of(
      Recipient recipient, Action action, Outcome.Problem why, Instant tried, Instant until) {
    return new Told(
        recipient, action, why.status(), why.host(), why.words(), why.plain(), tried, until);
  }

  /// In an account here, or with a host that does not report itself (RFC 3461 §5.2.2).
  public static Told delivered(Recipient recipient, Outcome.Delivered how, Instant tried) {
    Action action = how.host().isEmpty() ? Action.DELIVERED : Action.RELAYED;
    return new Told(recipient, action, "2.0.0", how.host(), how.words(), "", tried, null);
  }

  /// An address here that stands for several (RFC 3461 §5.2.7.3).
  public static Told expanded(Recipient recipient, Instant at) {
    return new Told(recipient, Action.EXPANDED, "2.0.0", "", "", "", at, null);
  }

  /// Given up after a while, rather than refused.
  boolean expired() {
    return action == Action.FAILED && (status.startsWith("4.") || status.equals("5.4.7"));
  }

  /// As in the envelope.
  String address() {
    var path = recipient.path();
    return path.isPostmaster() ? "postmaster" : path.address().toString();
  }

  /// Whether the sender wants to know (RFC 3461 §4.1, §5.2).
  boolean wanted() {
    return switch (action) {
      case FAILED -> recipient.tellsOfFailure();
      case DELAYED -> recipient.tellsOfDelay();
      case DELIVERED, RELAYED, EXPANDED -> recipient.tellsOfSuccess();
    };
  }
}
