package org.posthorn.mta.filter;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.posthorn.net.Ticker;

/// A judge, and how it behaves. Any thread.
final class Asked {
  /// Messages it is asked about at once. The others wait, within its limit of time.
  static final int AT_ONCE = 64;

  /// When it could not be reached so often in a row nobody asks it for [#REST]: mail is not to wait
  /// for the whole limit of time, again and again, for somebody who is not there. Slow answers do
  /// not count, or a few messages made to be slow would let all others pass unseen.
  static final int FAILURES = 5;

  static final Duration REST = Duration.ofSeconds(30);

  private final OutsideJudge judge;
  private final Ticker ticker;
  private final Semaphore places = new Semaphore(AT_ONCE);
  private int failures; // in a row; guarded by this
  private long failed; // when the last one was; guarded by this

  Asked(OutsideJudge judge, Ticker ticker) {
    this.judge = judge;
    this.ticker = ticker;
  }

  OutsideJudge judge() {
    return judge;
  }

  Terms terms() {
    return judge.terms();
  }

  boolean hears(boolean submitted) {
    return !submitted || terms().submissions();
  }

  boolean enter(Duration within) throws InterruptedException {
    return places.tryAcquire(within.toNanos(), TimeUnit.NANOSECONDS);
  }

  void leave() {
    places.release();
  }

  /// Whether it is to be left alone. After its rest one message tries it.
  synchronized boolean rests() {
    if (failures < FAILURES) {
      return false;
    }
    if (ticker.nanos() - failed < REST.toNanos()) {
      return true;
    }
    failed = ticker.nanos(); // the others go on sparing it until this one has come back
    return false;
  }

  synchronized void reached() {
    failures = 0;
  }

  synchronized void unreachable() {
    failures = Math.min(failures + 1, FAILURES);
    failed = ticker.nanos();
  }
}
