package org.posthorn.mta.queue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.posthorn.store.Ids;

/// Decides which message goes next, and to where: the due index and the lanes. Knows nothing of
/// rows and threads; its lock is held for no longer than a few steps of a heap.
///
/// Lanes that have something ready and room in their window stand in line for a worker, and behind
/// each worker they stand at the end again. There are two lines: deliveries to lanes that are known
/// to be slow have places of their own, and a delivery that turns out to be slow moves there, so
/// that a thousand slow destinations do not keep the others from being tried.
final class Dispatch {
  /// A delivery that takes so long is slow.
  static final long SLOW_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long SLOW_LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// Messages that a worker delivers before another lane that waits gets its place.
  static final int RUN_MAX = 20;

  /// A time for what was taken and has not begun.
  static final long AT_ONCE = 0;

  /// Lanes remembered though nothing waits for them.
  private static final int IDLE_LANES_MAX = 10_000;

  /// Who delivers to one lane. Guarded by the dispatch.
  static final class Worker {
    final Lane lane;
    private boolean slow; // which place it has
    private int run;
    private boolean busy;
    private long began; // nanos, if busy

    private Worker(Lane lane, boolean slow) {
      this.lane = lane;
      this.slow = slow;
    }
  }

  private final SchedulerOptions options;
  private final DueHeap due = new DueHeap();
  private final TreeMap<Long, Waiting> messages = new TreeMap<>(); // the first of each
  private final Map<Destination, Lane> lanes = new HashMap<>();
  private final LinkedHashMap<Lane, Boolean> idle = new LinkedHashMap<>(); // oldest first
  private final Deque<Lane> line = new ArrayDeque<>();
  private final Deque<Lane> slowLine = new ArrayDeque<>();
  private final Set<Lane> pausing = new HashSet<>(); // few: rates are configured one by one
  private final Set<Worker> workers = new HashSet<>();
  private long slowLookedFor;
  private int quick; // places taken
  private int slow;
  private int groups;
  private int readyGroups;

  Dispatch(SchedulerOptions options, long nanos) {
    this.options = options;
    this.slowLookedFor = nanos;
  }

  // ---- what waits

  /// As [#put], of a message of which nothing is known; nothing otherwise.
  synchronized void putUnknown(Queue.Waits waits, long nowMillis, long nanos) {
    if (!messages.containsKey(waits.id().value())) put(waits, nowMillis, nanos);
  }

  /// Takes over what is said to wait of a message, instead of what was known of it. What a worker
  /// has stays with it, and is marked.
  synchronized void put(Queue.Waits waits, long nowMillis, long nanos) {
    long id = waits.id().value();
    Set<Lane> active = forget(id);
    Map<Destination, Waiting> made = new LinkedHashMap<>();
    for (QueuedRecipient r : waits.fresh()) put(made, waits, r, nowMillis, true);
    for (QueuedRecipient r : waits.others()) {
      if (r.state() != QueuedRecipient.State.WAITING) continue;
      put(made, waits, r, r.next().toEpochMilli(), false);
    }
    for (Waiting w : made.values()) {
      if (waits.urgent()) w.lane.alive();
      if (active.contains(w.lane)) continue; // looked for again when the worker is done
      link(w);
      if (w.due <= nowMillis) ready(w, nanos);
      else due(w);
    }
  }

  private void put(
      Map<Destination, Waiting> made, Queue.Waits w, QueuedRecipient r, long time, boolean early) {
    Destination d = r.destination();
    Waiting old = made.get(d);
    int first = old == null ? r.number() : Math.min(old.first, r.number());
    int last = old == null ? r.number() : Math.max(old.last, r.number());
    Waiting is = old;
    if (old == null || first != old.first || last != old.last) {
      is = new Waiting(w.id().value(), lane(d), w.priority(), first, last);
    }
    is.due = old == null ? time : Math.min(old.due, time);
    is.early = early || old != null && old.early;
    made.put(d, is);
  }

  private Lane lane(Destination d) {
    Lane lane = lanes.get(d);
    if (lane == null) {
      lane = new Lane(d, options);
      lanes.put(d, lane);
    }
    return lane;
  }

  /// Takes a message out, but what workers have; the lanes of that.
  private Set<Lane> forget(long id) {
    Set<Lane> active = new HashSet<>();
    Waiting w = messages.get(id);
    while (w != null) {
      Waiting next = w.sibling;
      if (w.state == Waiting.State.ACTIVE) {
        w.stale = true;
        active.add(w.lane);
      } else {
        remove(w);
      }
      w = next;
    }
    return active;
  }

  private void link(Waiting w) {
    idle.remove(w.lane);
    lanes.put(w.lane.destination, w.lane); // it may have been dropped while it was idle
    w.lane.waiting++;
    groups++;
    w.sibling = messages.put(w.id, w);
  }

  private void remove(Waiting w) {
    if (w.state == Waiting.State.DUE) notDue(w);
    if (w.state == Waiting.State.READY) readyGroups--;
    w.state = Waiting.State.GONE;
    Waiting first = messages.get(w.id);
    if (first == w) {
      if (w.sibling == null) messages.remove(w.id);
      else messages.put(w.id, w.sibling);
    } else {
      while (first.sibling != w) first = first.sibling;
      first.sibling = w.sibling;
    }
    w.sibling = null;
    groups--;
    w.lane.waiting--;
    rest(w.lane);
  }

  /// Remembers of a lane that it has nothing to do, and forgets the oldest of those.
  private void rest(Lane lane) {
    if (!lane.idle()) return;
    idle.put(lane, true);
    if (idle.size() > IDLE_LANES_MAX) {
      Lane eldest = idle.pollFirstEntry().getKey();
      lanes.remove(eldest.destination);
    }
  }

  private void due(Waiting w) {
    w.state = Waiting.State.DUE;
    due.add(w);
    Lane lane = w.lane;
    w.before = null;
    w.after = lane.firstDue;
    if (w.after != null) w.after.before = w;
    lane.firstDue = w;
  }

  private void notDue(Waiting w) {
    due.remove(w);
    if (w.before == null) w.lane.firstDue = w.after;
    else w.before.after = w.after;
    if (w.after != null) w.after.before = w.before;
    w.before = null;
    w.after = null;
  }

  private void ready(Waiting w, long nanos) {
    w.state = Waiting.State.READY;
    readyGroups++;
    w.lane.ready(w);
    offer(w.lane, nanos);
  }

  // ---- lanes

  private void offer(Lane lane, long nanos) {
    later(lane, nanos);
    if (lane.offered || !lane.wantsWorker(nanos)) return;
    lane.offered = true;
    Deque<Lane> to = lane.slow ? slowLine : line;
    if (lane.peek().priority > 0) to.addFirst(lane);
    else to.addLast(lane);
  }

  /// Lets time pass: what is due becomes ready, lanes whose rate allows it go on, deliveries that
  /// take long give their places to others.
  ///
  /// @return milliseconds until there is something to do, `most` at most
  synchronized long tick(long nowMillis, long nanos, long most) {
    for (Waiting w = due.first(); w != null && w.due <= nowMillis; w = due.first()) {
      notDue(w);
      ready(w, nanos);
    }
    long wait = most;
    for (Iterator<Lane> i = pausing.iterator(); i.hasNext(); ) {
      Lane lane = i.next();
      if (lane.pausing(nanos)) {
        long left = lane.pausedUntil() - nanos;
        wait = Math.min(wait, TimeUnit.NANOSECONDS.toMillis(left) + 1);
      } else {
        i.remove();
        offer(lane, nanos);
      }
    }
    if (nanos - slowLookedFor >= SLOW_LOOK_NANOS) {
      slowLookedFor = nanos;
      findSlow(nanos);
    }
    if (due.first() != null) wait = Math.min(wait, due.first().due - nowMillis);
    return Math.max(1, wait);
  }

  private void findSlow(long nanos) {
    for (Worker w : workers) {
      if (!w.busy || nanos - w.began < SLOW_NANOS) continue;
      w.lane.slow = true;
      if (w.slow || slow >= options.slow()) continue;
      w.slow = true;
      quick--;
      slow++;
    }
  }

  /// A worker for whoever is first in line, or null if nobody waits or no place is free.
  synchronized Worker start(long nanos) {
    Worker w = null;
    if (quick < options.concurrency()) w = start(line, false, nanos);
    if (w == null && slow < options.slow()) w = start(slowLine, true, nanos);
    return w;
  }

  private Worker start(Deque<Lane> from, boolean slowly, long nanos) {
    while (true) {
      Lane lane = from.poll();
      if (lane == null) return null;
      lane.offered = false;
      if (!lane.wantsWorker(nanos)) {
        later(lane, nanos);
        rest(lane);
        continue;
      }
      if (lane.slow != slowly) {
        offer(lane, nanos); // it has learned since
        continue;
      }
      Worker w = new Worker(lane, slowly);
      workers.add(w);
      lane.workers++;
      if (slowly) slow++;
      else quick++;
      offer(lane, nanos); // for another
      return w;
    }
  }

  /// The next for a worker; null: it must end, with [#left].
  synchronized Waiting take(Worker w, long nanos) {
    Lane lane = w.lane;
    boolean others = !(w.slow ? slowLine : line).isEmpty();
    if (others && w.run >= RUN_MAX || !lane.keepsWorker(nanos)) return null;
    Waiting next = lane.poll();
    readyGroups--;
    next.state = Waiting.State.ACTIVE;
    w.run++;
    w.busy = true;
    w.began = nanos;
    lane.begins(nanos);
    return next;
  }

  /// More of what is ready in a lane that is parked, to be put off together.
  synchronized List<Waiting> takeMore(Worker w, int most, long nanos) {
    List<Waiting> out = new ArrayList<>();
    while (out.size() < most && w.lane.parked(nanos)) {
      Waiting next = w.lane.poll();
      if (next == null) break;
      readyGroups--;
      next.state = Waiting.State.ACTIVE;
      out.add(next);
    }
    return out;
  }

  /// Why a lane is parked, and for how much longer.
  record Parked(Outcome.Problem why, long nanos) {}

  /// Null if it is not.
  synchronized Parked whyParked(Lane lane, long nanos) {
    return lane.parked(nanos) ? new Parked(lane.trouble(), lane.parkedNanos(nanos)) : null;
  }

  /// A worker is done with a message.
  ///
  /// @param next when to go on with it, milliseconds since 1970; negative: never; [#AT_ONCE]
  /// @return whether its rows changed meanwhile: they must be read, and given to [#put]
  synchronized boolean done(Waiting w, long next, long nanos) {
    if (w.stale || next < 0) {
      remove(w);
      return w.stale;
    }
    if (next == AT_ONCE) {
      ready(w, nanos); // as before
      return false;
    }
    w.early = false;
    w.due = next;
    due(w);
    return false;
  }

  /// A delivery came back.
  synchronized void learnSpeed(Worker w, long nanos) {
    if (w.busy && nanos - w.began < SLOW_NANOS) w.lane.slow = false;
    w.busy = false;
  }

  synchronized void left(Worker w, long nanos) {
    workers.remove(w);
    w.lane.workers--;
    if (w.slow) slow--;
    else quick--;
    offer(w.lane, nanos);
    rest(w.lane);
  }

  /// Wakes a lane when its rate allows it.
  private void later(Lane lane, long nanos) {
    if (lane.pausing(nanos) && lane.peek() != null) pausing.add(lane);
  }

  // ---- what lanes learn

  /// The host answered; what waits for it after a time of silence is tried now.
  ///
  /// @param success it took a message
  synchronized void answered(Lane lane, boolean success, long nanos) {
    boolean news = lane.alive();
    if (success) lane.succeeded();
    if (!news) {
      offer(lane, nanos);
      return;
    }
    early(lane, nanos);
  }

  private void early(Lane lane, long nanos) {
    while (lane.firstDue != null) {
      Waiting w = lane.firstDue;
      notDue(w);
      w.early = true;
      ready(w, nanos);
    }
    offer(lane, nanos);
  }

  /// Somebody says that the host is there: all that waits for it is tried now; how much.
  synchronized int hurry(Destination d, long nanos) {
    Lane lane = lanes.get(d);
    if (lane == null) return 0;
    lane.alive();
    early(lane, nanos);
    return lane.waiting;
  }

  /// The host has too much. True if the lane must be parked.
  synchronized boolean tooMuch(Lane lane) {
    return lane.tooMuch();
  }

  /// Begins to park; how often in a row it was, or 0 if somebody else was faster.
  synchronized int stopping(Lane lane, long nanos) {
    return lane.stopping(nanos);
  }

  synchronized void park(Lane lane, Outcome.Problem why, long untilNanos, long nanos) {
    lane.park(why, untilNanos);
    offer(lane, nanos); // to put off what is ready
  }

  // ---- figures

  synchronized int groups() {
    return groups;
  }

  synchronized int readyGroups() {
    return readyGroups;
  }

  synchronized int working() {
    return workers.size();
  }

  synchronized int slowWorking() {
    return slow;
  }

  synchronized int window(Destination d) {
    Lane lane = lanes.get(d);
    return lane == null ? 0 : lane.window();
  }

  /// When the oldest message came that waits, milliseconds since 1970; 0 if none does.
  synchronized long oldestMillis() {
    return messages.isEmpty() ? 0 : Ids.millis(messages.firstKey());
  }
}
