package org.posthorn.mta.judge;

import java.util.List;

/// What becomes of a message of a stranger, and why.
///
/// @param rule the name of the rule that decided
/// @param reasons for people, the weightiest first
public record Verdict(Action action, String rule, List<String> reasons) {
  public Verdict {
    reasons = List.copyOf(reasons);
  }

  /// From the kindest on.
  public enum Action {
    ACCEPT,
    /// Into Junk.
    JUNK,
    /// 5xx.
    REJECT,
    /// 4xx: what was needed for a verdict could not be found out.
    DEFER
  }
}
