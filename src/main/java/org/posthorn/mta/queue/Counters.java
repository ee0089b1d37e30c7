package org.posthorn.mta.queue;

import java.util.concurrent.atomic.LongAdder;

/// What became of waiting mail since the start. Any thread may read.
public final class Counters {
  /// Messages taken in, notices among them.
  public final LongAdder messagesAdded = new LongAdder();

  /// Tries to deliver: a message to one destination each.
  public final LongAdder tries = new LongAdder();

  public final LongAdder recipientsDelivered = new LongAdder();

  /// Recipients put off, each time.
  public final LongAdder recipientsDeferred = new LongAdder();

  /// Recipients given up, the expired among them.
  public final LongAdder recipientsFailed = new LongAdder();

  public final LongAdder recipientsExpired = new LongAdder();

  /// Notices to senders.
  public final LongAdder notices = new LongAdder();
}
