package org.posthorn.mta.judge;

import java.util.List;
import java.util.Locale;

/// What becomes of a message of a stranger, and why.
///
/// @param rule the name of the rule that decided
/// @param reasons for people, the weightiest first; they may quote what strangers wrote
/// @param detail subject and detail of the enhanced status code of a refusal (RFC 3463), as `7.1`
public record Verdict(Action action, String rule, List<String> reasons, String detail) {
  /// The rule of a message that no rule has anything against.
  public static final String NO_RULE = "none";

  static final String POLICY = "7.1";

  public Verdict {
    reasons = List.copyOf(reasons);
  }

  public Verdict(Action action, String rule, List<String> reasons) {
    this(action, rule, reasons, POLICY);
  }

  /// From the kindest on.
  public enum Action {
    ACCEPT,
    /// Into Junk.
    JUNK,
    /// 5xx.
    REJECT,
    /// 4xx: what was needed for a verdict could not be found out.
    DEFER;

    /// As in the configuration and in headers.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether nobody is to get the message.
  boolean refuses() {
    return action == Action.REJECT || action == Action.DEFER;
  }

  /// The same for a message that others are to get.
  Verdict softened() {
    return refuses() ? new Verdict(Action.JUNK, rule, reasons, detail) : this;
  }

  @Override
  public String toString() {
    String why = reasons.isEmpty() ? "" : ": " + String.join("; ", reasons);
    return action.word() + " by rule " + rule + why;
  }
}
