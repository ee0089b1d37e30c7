package org.posthorn.mta.queue;

import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/// One destination: what is ready for it, and how much it takes. All guarded by [Dispatch].
///
/// The window is how many deliveries are under way at once. It begins small, grows by one for each
/// windowful of successes, is halved when the host says that it is too much, and when it cannot get
/// smaller, or the host cannot be reached, the lane is parked: for a while, which doubles about,
/// nobody dials, and what comes due is put off with the reason that the last try gave.
final class Lane {
  private static final int WINDOW_FIRST = 2;

  final Destination destination;

  /// Between two messages.
  private final long intervalNanos;

  private final int windowMax;
  private PriorityQueue<Waiting> ready; // null: none; may hold some that are GONE
  private double window;
  private int stops; // in a row
  private boolean parked;
  private long parkedUntil; // nanos, if parked
  private boolean paused;
  private long pausedUntil; // nanos, if paused

  /// Why it is parked.
  private Outcome.Problem trouble;

  /// Groups that wait for it.
  int waiting;

  /// Those of them that are DUE.
  Waiting firstDue;

  int workers;

  /// Whether it stands among the lanes that want a worker.
  boolean offered;

  /// Whether deliveries there take long.
  boolean slow;

  Lane(Destination destination, SchedulerOptions options) {
    this.destination = destination;
    int rate = options.rate(destination);
    intervalNanos = rate == 0 ? 0 : TimeUnit.MINUTES.toNanos(1) / rate;
    windowMax = options.perDestination();
    window =
        destination instanceof Destination.Local ? windowMax : Math.min(WINDOW_FIRST, windowMax);
  }

  // ---- what is ready

  void ready(Waiting w) {
    if (ready == null) ready = new PriorityQueue<>(4, Waiting::inLane);
    ready.add(w);
  }

  /// The next, which stays; null if there is none.
  Waiting peek() {
    while (ready != null) {
      Waiting w = ready.peek();
      if (w != null && w.state != Waiting.State.GONE) return w;
      if (w == null) ready = null;
      else ready.poll();
    }
    return null;
  }

  Waiting poll() {
    Waiting w = peek();
    if (w != null) ready.poll();
    return w;
  }

  // ---- how much

  /// Whether one more delivery may begin.
  boolean wantsWorker(long nanos) {
    return peek() != null && workers < limit(nanos) && !pausing(nanos);
  }

  /// Whether a worker that is here may go on.
  boolean keepsWorker(long nanos) {
    return peek() != null && workers <= limit(nanos) && !pausing(nanos);
  }

  private int limit(long nanos) {
    return parked(nanos) ? 1 : (int) window;
  }

  int window() {
    return (int) window;
  }

  boolean parked(long nanos) {
    return parked && parkedUntil - nanos > 0;
  }

  long parkedNanos(long nanos) {
    return parked(nanos) ? parkedUntil - nanos : 0;
  }

  Outcome.Problem trouble() {
    return trouble;
  }

  /// A message goes there now: the next one has to wait for the rate. What is put off unsent does
  /// not count.
  void begins(long nanos) {
    if (intervalNanos == 0 || parked(nanos)) return;
    paused = true;
    pausedUntil = nanos + intervalNanos;
  }

  /// Whether the rate says to wait.
  boolean pausing(long nanos) {
    return paused && pausedUntil - nanos > 0 && !parked(nanos);
  }

  long pausedUntil() {
    return pausedUntil;
  }

  // ---- what it learns

  /// The host answered. True if that is news: the lane was parked before.
  boolean alive() {
    boolean news = parked;
    stops = 0;
    parked = false;
    return news;
  }

  void succeeded() {
    window = Math.min(windowMax, window + 1 / window);
  }

  /// True if it has to be parked.
  boolean tooMuch() {
    if (window < 2) return true;
    window = Math.max(1, window / 2);
    return false;
  }

  /// How often in a row it was parked, with this time; 0 if it is parked already.
  int stopping(long nanos) {
    return parked(nanos) ? 0 : ++stops;
  }

  void park(Outcome.Problem why, long untilNanos) {
    parked = true;
    parkedUntil = untilNanos;
    trouble = why;
    window = 1;
  }

  /// Whether there is nothing to remember of it.
  boolean idle() {
    return waiting == 0 && workers == 0 && !offered;
  }
}
