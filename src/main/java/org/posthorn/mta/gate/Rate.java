package org.posthorn.mta.gate;

import java.time.Duration;

/// How often something may be done: `count` times at once, and then as often again, evenly, in each
/// `window`.
///
/// @param count 0 for as often as anybody likes
record Rate(int count, Duration window) {
  /// The same for so many times as many.
  Rate times(int factor) {
    return new Rate((int) Math.min(Integer.MAX_VALUE, (long) count * factor), window);
  }

  /// When the next may come if one is done now; see [Sources].
  long interval() {
    return Math.max(1, window.toNanos() / count);
  }
}
