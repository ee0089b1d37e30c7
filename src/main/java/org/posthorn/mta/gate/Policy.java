package org.posthorn.mta.gate;

/// What follows from something that good mail servers seldom do.
public enum Policy {
  IGNORE,
  /// The client is doubtful: it waits for its greeting, and is asked to come again.
  DOUBT,
  /// Every recipient is refused, but who helps with trouble: postmaster and abuse.
  REFUSE
}
