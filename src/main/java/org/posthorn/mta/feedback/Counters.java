package org.posthorn.mta.feedback;

import java.util.concurrent.atomic.LongAdder;

/// What reports are made of, since the start. Any thread may read.
public final class Counters {
  /// What was seen, of mail or TLS, and is in no report because there was too much of it.
  public final LongAdder notCounted = new LongAdder();
}
