package org.posthorn.mta.filter;

import java.time.Duration;

/// On which terms a judge is asked.
///
/// @param name for people: logs, trace, reasons
/// @param limit for a whole answer, the connection included
/// @param absent what becomes of mail when it does not answer
/// @param submissions whether it is asked about mail of our own people, too
public record Terms(String name, Duration limit, Absent absent, boolean submissions) {
  public Terms {
    if (!limit.isPositive()) {
      throw new IllegalArgumentException("a limit is positive");
    }
  }

  /// What becomes of mail about which a judge cannot be heard.
  public enum Absent {
    ACCEPT,
    /// 4xx.
    DEFER
  }
}
