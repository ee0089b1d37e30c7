package org.posthorn.mta;

import java.util.concurrent.atomic.LongAdder;

/// What happened to mail since the start. Any thread may read.
public final class Counters {
  /// Messages with at least one copy delivered.
  public final LongAdder messagesDelivered = new LongAdder();

  /// Copies, one for each account.
  public final LongAdder copiesDelivered = new LongAdder();

  /// Octets of the messages delivered, each once.
  public final LongAdder octetsDelivered = new LongAdder();

  /// Copies an account did not take, for ever and for now.
  public final LongAdder copiesRefused = new LongAdder();

  public final LongAdder copiesFailed = new LongAdder();

  /// Copies not made because the message was delivered before, in a session that broke off.
  public final LongAdder duplicates = new LongAdder();

  /// Entries of the queue made: one for each message and sender it leaves under.
  public final LongAdder messagesQueued = new LongAdder();

  /// Messages of strangers that were put into Junk, and those that were refused, by the judge.
  public final LongAdder messagesJunk = new LongAdder();

  public final LongAdder messagesRejected = new LongAdder();

  /// Messages that were signed when they were accepted for elsewhere.
  public final LongAdder messagesSigned = new LongAdder();

  /// Messages of strangers that were sealed (ARC) when an address of ours sent them on.
  public final LongAdder messagesSealed = new LongAdder();

  /// Messages, or parts of one, refused for too many Received lines or for coming back.
  public final LongAdder loops = new LongAdder();
}
