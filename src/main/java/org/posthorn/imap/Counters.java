package org.posthorn.imap;

import java.util.concurrent.atomic.LongAdder;

/// What one server has done since it started. Any thread may read.
public final class Counters {
  /// Sessions begun.
  public final LongAdder sessions = new LongAdder();

  /// Sessions that are open.
  public final LongAdder open = new LongAdder();

  /// Sessions in IDLE.
  public final LongAdder idling = new LongAdder();

  /// Commands read, known or not.
  public final LongAdder commands = new LongAdder();

  /// Commands answered with NO.
  public final LongAdder refused = new LongAdder();

  /// Commands answered with BAD.
  public final LongAdder bad = new LongAdder();

  public final LongAdder loginsAccepted = new LongAdder();
  public final LongAdder loginsRefused = new LongAdder();

  /// Messages that FETCH answered for.
  public final LongAdder messagesFetched = new LongAdder();

  /// Octets of message text that FETCH sent.
  public final LongAdder octetsFetched = new LongAdder();

  public final LongAdder messagesAppended = new LongAdder();
  public final LongAdder octetsAppended = new LongAdder();

  /// Message rows that SEARCH had to read; flags, dates and sizes need none.
  public final LongAdder messagesSearched = new LongAdder();

  /// Sessions ended by us with BYE, other than at LOGOUT.
  public final LongAdder sessionsCutShort = new LongAdder();

  /// Failures of our own.
  public final LongAdder internalErrors = new LongAdder();
}
