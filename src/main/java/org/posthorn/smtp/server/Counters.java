package org.posthorn.smtp.server;

import java.util.concurrent.atomic.LongAdder;

/// What one listener has done since it started. Any thread may read.
public final class Counters {
  /// Sessions begun.
  public final LongAdder sessions = new LongAdder();

  /// Sessions that are open.
  public final LongAdder open = new LongAdder();

  /// Commands read, known or not.
  public final LongAdder commands = new LongAdder();

  /// Messages answered with 250. LMTP answers each recipient, and each counts here and below.
  public final LongAdder messagesAccepted = new LongAdder();

  /// Messages answered with 5xx, and with 4xx, after they had been sent.
  public final LongAdder messagesRefused = new LongAdder();

  public final LongAdder messagesDeferred = new LongAdder();

  /// Octets of message text received, accepted or not.
  public final LongAdder messageOctets = new LongAdder();

  public final LongAdder recipientsAccepted = new LongAdder();
  public final LongAdder recipientsRefused = new LongAdder();
  public final LongAdder loginsAccepted = new LongAdder();
  public final LongAdder loginsRefused = new LongAdder();

  /// Commands answered with 5xx for what they were, not for whom they named.
  public final LongAdder badCommands = new LongAdder();

  /// Sessions ended with 421 for too many of something.
  public final LongAdder sessionsCutShort = new LongAdder();

  /// Failures of our own, answered with 451.
  public final LongAdder internalErrors = new LongAdder();
}
