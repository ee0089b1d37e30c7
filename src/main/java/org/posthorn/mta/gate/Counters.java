package org.posthorn.mta.gate;

import java.util.concurrent.atomic.LongAdder;

/// What strangers ran into since the start. Any thread may read.
public final class Counters {
  /// Connections looked at.
  public final LongAdder visits = new LongAdder();

  /// Of them, greeted only after a while.
  public final LongAdder delayed = new LongAdder();

  /// Who spoke before the greeting.
  public final LongAdder earlyTalkers = new LongAdder();

  /// Connections, messages and recipients put off because there were too many.
  public final LongAdder rateLimited = new LongAdder();

  /// Connections of hosts that were turned away for a while.
  public final LongAdder closed = new LongAdder();

  /// Recipients refused for the name in EHLO, and for a missing reverse name.
  public final LongAdder helloRefused = new LongAdder();

  public final LongAdder reverseRefused = new LongAdder();

  /// Recipients refused because a list names the client.
  public final LongAdder listed = new LongAdder();

  /// Recipients asked to be brought again later, and clients that came again.
  public final LongAdder greylisted = new LongAdder();

  public final LongAdder greylistPassed = new LongAdder();

  /// Recipients that nobody has.
  public final LongAdder unknownRecipients = new LongAdder();

  /// Answers held back of who misbehaves.
  public final LongAdder tarpitted = new LongAdder();
}
