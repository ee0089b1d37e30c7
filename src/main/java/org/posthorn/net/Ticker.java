package org.posthorn.net;

/// Monotonic nanoseconds from an arbitrary origin: the only clock for deadlines, so that a wall
/// clock that jumps ends no session.
@FunctionalInterface
public interface Ticker {
  long nanos();

  /// The machine's own. For `app` and tests; everybody else is given one.
  Ticker SYSTEM = System::nanoTime;
}
