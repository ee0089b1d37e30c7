package org.posthorn.trust.transport;

import java.time.Instant;

/// A policy that was fetched.
///
/// @param id what the record of the domain said of it
/// @param fetched when, to the millisecond
/// @param used when mail last went by it, to the day or so
public record KeptPolicy(String id, StsPolicy policy, Instant fetched, Instant used) {

  /// When it ends, if nobody fetches it again.
  public Instant ends() {
    return fetched.plus(policy.maxAge());
  }

  public boolean holds(Instant now) {
    return now.isBefore(ends());
  }

  KeptPolicy usedAt(Instant now) {
    return new KeptPolicy(id, policy, fetched, now);
  }
}
