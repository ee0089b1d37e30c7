package org.posthorn.mta.trace;

import java.util.concurrent.atomic.LongAdder;

/// What the trace did since the start. Any thread may read.
public final class Counters {
  /// Events written.
  public final LongAdder events = new LongAdder();

  /// Events lost because more happened than could be written.
  public final LongAdder eventsDropped = new LongAdder();

  /// Stories forgotten, for their age or for want of room.
  public final LongAdder storiesForgotten = new LongAdder();
}
