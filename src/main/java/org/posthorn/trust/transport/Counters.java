package org.posthorn.trust.transport;

import java.util.concurrent.atomic.LongAdder;

/// What came of fetching policies since the start. Any thread may read.
public final class Counters {
  public final LongAdder policiesFetched = new LongAdder();

  /// Policies that could not be had, or were none.
  public final LongAdder policyFetchesFailed = new LongAdder();
}
