package org.posthorn.mta.trace;

import java.time.Duration;

/// How much is kept.
///
/// @param keep stories whose last event is older go; nothing is noted if it is zero
/// @param size octets of all stories, about; beyond, those of the oldest messages go
public record TraceOptions(Duration keep, long size) {
  public static final TraceOptions DEFAULT = new TraceOptions(Duration.ofDays(30), 10L << 30);

  public TraceOptions withKeep(Duration other) {
    return new TraceOptions(other, size);
  }

  public TraceOptions withSize(long other) {
    return new TraceOptions(keep, other);
  }
}
