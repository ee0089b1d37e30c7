package org.posthorn.smtp;

import java.util.Set;

/// What RCPT announces.
///
/// @param told when the sender wants to be told (NOTIFY, RFC 3461 §4.1); empty: not said, which
///   means of failure and, as we like, of delay
/// @param original whom the sender named (ORCPT, RFC 3461 §4.2) as `rfc822;ana@example.test`, xtext
///   undone; "" without
public record Recipient(ForwardPath path, Set<Notify> told, String original) {
  public Recipient {
    told = Set.copyOf(told);
  }

  public static Recipient of(ForwardPath path) {
    return new Recipient(path, Set.of(), "");
  }

  /// NOTIFY of RFC 3461 §4.1.
  public enum Notify {
    NEVER,
    SUCCESS,
    FAILURE,
    DELAY
  }

  public boolean tellsOfFailure() {
    return told.isEmpty() || told.contains(Notify.FAILURE);
  }

  public boolean tellsOfDelay() {
    return told.isEmpty() || told.contains(Notify.DELAY);
  }

  public boolean tellsOfSuccess() {
    return told.contains(Notify.SUCCESS);
  }
}
