package org.posthorn.pop3;

import java.util.concurrent.atomic.LongAdder;

/// What the server has done since it started. Any thread may read.
public final class Counters {
  /// Sessions begun.
  public final LongAdder sessions = new LongAdder();

  /// Sessions that are open.
  public final LongAdder open = new LongAdder();

  /// Commands read, known or not.
  public final LongAdder commands = new LongAdder();

  /// Commands answered with -ERR, other than failed logins.
  public final LongAdder refused = new LongAdder();

  public final LongAdder loginsAccepted = new LongAdder();
  public final LongAdder loginsRefused = new LongAdder();

  /// Logins refused because another session had the drop.
  public final LongAdder inUse = new LongAdder();

  /// Sessions that lost their drop to a new login.
  public final LongAdder takenOver = new LongAdder();

  /// Messages that RETR sent, and their octets.
  public final LongAdder messagesRetrieved = new LongAdder();

  public final LongAdder octetsRetrieved = new LongAdder();

  /// Messages removed at QUIT.
  public final LongAdder messagesRemoved = new LongAdder();

  /// Sessions ended by us for too many of something.
  public final LongAdder sessionsCutShort = new LongAdder();

  /// Failures of our own.
  public final LongAdder internalErrors = new LongAdder();
}
