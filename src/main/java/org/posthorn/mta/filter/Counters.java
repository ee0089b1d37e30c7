package org.posthorn.mta.filter;

import java.util.concurrent.atomic.LongAdder;

/// What outside judges were asked since the start. Any thread may read.
public final class Counters {
  /// Questions to a judge, one for each message and judge.
  public final LongAdder asked = new LongAdder();

  /// Of them not answered: the judge was not there, too slow, or spoke nonsense.
  public final LongAdder unanswered = new LongAdder();

  /// Of the unanswered those where nobody tried, because the judge had been silent before.
  public final LongAdder spared = new LongAdder();

  /// Answers that put mail into Junk.
  public final LongAdder junked = new LongAdder();

  /// Answers that refuse mail for ever, and for now.
  public final LongAdder refused = new LongAdder();

  public final LongAdder deferred = new LongAdder();
}
