package org.posthorn.mta.queue;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.posthorn.net.Ticker;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.store.StoreUnavailable;

/// Sees to it that what waits is delivered: when it is due, as much at once as its destination
/// takes, and that what comes of it is written down.
///
/// Life: constructed, it hears of everything that is added to the queue; [#start] reads what waits
/// from before and begins; [#close] lets deliveries under way end, for a while. What has not ended
/// then is tried again by the next one, at the time that was written before it began.
///
/// One thread decides; each delivery under way has a virtual thread.
public final class Scheduler implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger("posthorn.queue");

  /// Recipients of one message that go to a destination together (RFC 5321 §4.5.3.1.8 promises that
  /// a server takes so many).
  static final int RECIPIENTS_A_TRY = 100;

  /// Messages to a parked destination that are put off together.
  private static final int PUT_OFF_TOGETHER = 100;

  /// A try begins only if rows say to go on no sooner than this.
  private static final Duration AHEAD = Duration.ofSeconds(30);

  /// What is due within this is tried with the rest of its message.
  private static final Duration SLACK = Duration.ofSeconds(30);

  /// When a message is looked at again that could not be read or written.
  private static final Duration AFTER_TROUBLE = Duration.ofSeconds(30);

  /// A destination that cannot be reached is tried at least so often, if there is mail.
  private static final Duration PARKED_MAX = Duration.ofHours(1);

  /// How often the disk is compared with what is known; they differ when an outcome was unknown.
  private static final Duration RESCAN = Duration.ofHours(1);

  /// For deliveries under way when the server stops.
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final long LOOK_MILLIS = 1000;

  private final Queue queue;
  private final Delivery remote;
  private final Delivery local;
  private final InstantSource clock;
  private final Ticker ticker;
  private final Steady steady;
  private final Dispatch dispatch;
  private final Conclusions conclusions;
  private boolean woken; // guarded by this
  private volatile boolean closing;
  private volatile long looks; // written by its thread alone
  private Thread thread;

  /// @param remote for all destinations but the local one
  /// @param local for that
  public Scheduler(
      Queue queue,
      SchedulerOptions options,
      Delivery remote,
      Delivery local,
      Notices notices,
      Journal journal,
      Ticker ticker) {
    this.queue = queue;
    this.remote = remote;
    this.local = local;
    this.clock = queue.store().clock();
    this.ticker = ticker;
    this.steady = new Steady(clock, ticker);
    this.dispatch = new Dispatch(options, ticker.nanos());
    this.conclusions = new Conclusions(queue, notices, journal, steady, () -> closing);
    queue.listen(this::hear);
  }

  /// Once.
  public void start() {
    thread = Thread.ofVirtual().name("scheduler").start(this::loop);
  }

  private void hear(Queue.Waits waits) {
    dispatch.put(waits, clock.millis(), ticker.nanos());
    wake();
  }

  /// Looks at the clock again.
  void wake() {
    synchronized (this) {
      woken = true;
      notifyAll();
    }
  }

  // ---- deciding

  private void loop() {
    long scanned = ticker.nanos() - RESCAN.toNanos();
    while (!closing) {
      try {
        if (ticker.nanos() - scanned >= RESCAN.toNanos()) {
          scan();
          scanned = ticker.nanos();
        }
        long wait = dispatch.tick(clock.millis(), ticker.nanos(), LOOK_MILLIS);
        startWorkers();
        looks++;
        await(wait);
      } catch (RuntimeException e) {
        LOG.log(ERROR, "scheduler-failed", e);
        await(LOOK_MILLIS);
      }
    }
  }

  private void scan() {
    queue.forEachWaiting(w -> dispatch.putUnknown(w, clock.millis(), ticker.nanos()));
  }

  /// None while nothing can be written: what came of a delivery could not be, either.
  private void startWorkers() {
    while (!closing && queue.store().trouble() == null) {
      Dispatch.Worker w = dispatch.start(ticker.nanos());
      if (w == null) return;
      Thread.ofVirtual().name("delivery " + w.lane.destination).start(() -> work(w));
    }
  }

  private synchronized void await(long millis) {
    try {
      if (!woken && !closing) wait(millis);
    } catch (InterruptedException e) {
      closing = true;
    }
    woken = false;
  }

  // ---- delivering

  private void work(Dispatch.Worker worker) {
    Delivery.Errand errand = null;
    try {
      Waiting w;
      while (!closing && (w = dispatch.take(worker, ticker.nanos())) != null) {
        Dispatch.Parked parked = dispatch.whyParked(worker.lane, ticker.nanos());
        if (parked != null) {
          putOff(worker, w, parked);
        } else {
          if (errand == null) errand = open(worker.lane.destination, w);
          if (errand == null) break;
          attempt(errand, w);
        }
        dispatch.learnSpeed(worker, ticker.nanos());
      }
    } finally {
      if (errand != null) close(errand);
      dispatch.left(worker, ticker.nanos());
      wake();
    }
  }

  /// Null if that is not possible; then the message is looked at again later.
  private Delivery.Errand open(Destination destination, Waiting w) {
    try {
      return (destination instanceof Destination.Local ? local : remote).open(destination);
    } catch (RuntimeException e) {
      LOG.log(ERROR, "delivery-failed to={0}", destination, e);
      done(w, afterTrouble());
      return null;
    }
  }

  private static void close(Delivery.Errand errand) {
    try {
      errand.close();
    } catch (RuntimeException e) {
      LOG.log(WARNING, "delivery-not-closed", e);
    }
  }

  private void attempt(Delivery.Errand errand, Waiting w) {
    long next = afterTrouble();
    try {
      next = tryOnce(errand, w);
    } catch (StoreUnavailable e) {
      LOG.log(WARNING, "delivery-put-off id={0} reason={1}", w.queueId(), e.getMessage());
    } catch (RuntimeException e) {
      if (!closing) LOG.log(ERROR, "delivery-failed id={0}", w.queueId(), e);
    } finally {
      done(w, next);
    }
  }

  private long afterTrouble() {
    return clock.instant().plus(AFTER_TROUBLE).toEpochMilli();
  }

  private void done(Waiting w, long next) {
    if (!dispatch.done(w, next, ticker.nanos())) return;
    try {
      queue.tellOfChange(w.queueId(), false);
    } catch (RuntimeException e) {
      // The next scan finds it.
      if (!closing) LOG.log(WARNING, "queue-not-read id={0}", w.queueId(), e);
    }
  }

  /// @return when to go on with those who are left, negative if nobody is
  private long tryOnce(Delivery.Errand errand, Waiting w) {
    QueuedMessage m = queue.message(w.queueId());
    if (m == null) return -1;
    Selected s = select(w);
    long next = s.next();
    for (int i = 0; i < s.now().size(); i += RECIPIENTS_A_TRY) {
      int end = Math.min(s.now().size(), i + RECIPIENTS_A_TRY);
      List<QueuedRecipient> some = ahead(m, s.now().subList(i, end));
      if (some == null || closing || dispatch.whyParked(w.lane, ticker.nanos()) != null) {
        return Dispatch.AT_ONCE;
      }
      List<Outcome> outcomes;
      if (lateForGood(m)) {
        outcomes = late(some);
      } else {
        outcomes = deliver(errand, m, some);
        learn(w, outcomes);
      }
      next = earlier(next, conclusions.conclude(m, some, outcomes, Duration.ZERO));
    }
    return next;
  }

  /// @param now who is tried
  /// @param next when the others are, milliseconds since 1970; negative if there are none
  private record Selected(List<QueuedRecipient> now, long next) {}

  private Selected select(Waiting w) {
    List<QueuedRecipient> now = new ArrayList<>();
    long next = -1;
    Instant limit = clock.instant().plus(SLACK);
    for (QueuedRecipient r : queue.recipients(w.queueId(), w.first, w.last)) {
      if (r.state() != QueuedRecipient.State.WAITING) continue;
      if (!r.destination().equals(w.lane.destination)) continue;
      if (w.early || !r.next().isAfter(limit)) now.add(r);
      else next = earlier(next, r.next().toEpochMilli());
    }
    return new Selected(now, next);
  }

  static long earlier(long a, long b) {
    return a < 0 ? b : b < 0 ? a : Math.min(a, b);
  }

  /// Makes durable when to go on, if it is not: a crash during the delivery delays, and does not
  /// make us try again at once. Null if somebody else changed them.
  private List<QueuedRecipient> ahead(QueuedMessage m, List<QueuedRecipient> some) {
    Instant now = clock.instant();
    Instant limit = now.plus(AHEAD);
    List<QueuedRecipient> out = new ArrayList<>(some.size());
    List<Queue.Change> changes = new ArrayList<>();
    for (QueuedRecipient r : some) {
      QueuedRecipient is = r;
      if (r.next().isBefore(limit)) {
        is = r.withNext(Queue.millis(now.plus(queue.schedule().after(m.id(), r.tries() + 1))));
        changes.add(new Queue.Change(r, is));
      }
      out.add(is);
    }
    boolean done = changes.isEmpty() || queue.submitUpdate(m.id(), changes, List.of()).await();
    return done ? out : null;
  }

  /// RFC 2852 §4.1.2: what comes too late is not delivered at all.
  private boolean lateForGood(QueuedMessage m) {
    DeliverBy by = m.sender().options().by();
    boolean returns = by != null && by.mode() == DeliverBy.Mode.RETURN;
    return returns && !steady.now().isBefore(m.expires());
  }

  private static List<Outcome> late(List<QueuedRecipient> some) {
    Outcome.Problem p =
        new Outcome.Problem("5.4.7", "", "", "The time that the sender set for it is over.");
    List<Outcome> out = new ArrayList<>();
    for (QueuedRecipient r : some) {
      // The last reason says more, if there is one.
      out.add(new Outcome.Failed(r.last() == null ? p : Conclusions.expired(r.last())));
    }
    return out;
  }

  private List<Outcome> deliver(
      Delivery.Errand errand, QueuedMessage m, List<QueuedRecipient> some) {
    queue.counters().tries.increment();
    try {
      List<Outcome> out = errand.deliver(m, some);
      if (out.size() == some.size()) return out;
      LOG.log(ERROR, "delivery-failed id={0} outcomes={1}", m.id(), out.size());
    } catch (RuntimeException e) {
      LOG.log(ERROR, "delivery-failed id={0}", m.id(), e);
    }
    String wrong = "This server has a problem of its own and tries again later.";
    Outcome ours =
        new Outcome.Deferred(new Outcome.Problem("4.3.0", "", "", wrong), Outcome.Pace.SAME);
    return Collections.nCopies(some.size(), ours);
  }

  // ---- learning

  private void learn(Waiting w, List<Outcome> outcomes) {
    long nanos = ticker.nanos();
    boolean success = false;
    Outcome.Problem stop = null;
    Outcome.Problem slower = null;
    for (Outcome o : outcomes) {
      switch (o) {
        case Outcome.Delivered _ -> success = true;
        case Outcome.Failed _ -> {}
        case Outcome.Deferred d -> {
          if (d.pace() == Outcome.Pace.STOP) stop = d.problem();
          if (d.pace() == Outcome.Pace.SLOWER) slower = d.problem();
        }
      }
    }
    if (stop != null && !success) {
      park(w, stop, nanos);
      return;
    }
    if (slower != null) {
      if (success) dispatch.answered(w.lane, false, nanos);
      if (dispatch.tooMuch(w.lane)) park(w, slower, nanos);
      return;
    }
    dispatch.answered(w.lane, success, nanos);
    if (success) wake();
  }

  private void park(Waiting w, Outcome.Problem why, long nanos) {
    int stops = dispatch.stopping(w.lane, nanos);
    if (stops == 0) return;
    Duration time = queue.schedule().after(w.queueId(), stops);
    if (time.compareTo(PARKED_MAX) > 0) time = PARKED_MAX;
    dispatch.park(w.lane, why, nanos + time.toNanos(), nanos);
    LOG.log(
        INFO,
        "destination-parked to={0} seconds={1} reason={2}",
        w.lane.destination,
        time.toSeconds(),
        why.plain());
    wake();
  }

  /// Puts off what is ready for a destination that is known not to answer, without asking it.
  private void putOff(Dispatch.Worker worker, Waiting first, Dispatch.Parked parked) {
    List<Waiting> all = new ArrayList<>(List.of(first));
    all.addAll(dispatch.takeMore(worker, PUT_OFF_TOGETHER - 1, ticker.nanos()));
    List<Conclusions.Settling> settling = new ArrayList<>();
    Duration left = Duration.ofNanos(parked.nanos());
    Outcome same = new Outcome.Deferred(parked.why(), Outcome.Pace.SAME);
    for (Waiting w : all) settling.add(begin(w, same, left));
    for (int i = 0; i < all.size(); i++) {
      long next = afterTrouble();
      try {
        if (settling.get(i) != null) next = settling.get(i).await();
      } catch (RuntimeException e) {
        if (!closing) LOG.log(WARNING, "queue-not-written id={0}", all.get(i).queueId(), e);
      } finally {
        done(all.get(i), next);
      }
    }
  }

  /// Null if that is not possible now.
  private Conclusions.Settling begin(Waiting w, Outcome outcome, Duration notBefore) {
    try {
      QueuedMessage m = queue.message(w.queueId());
      if (m == null) return conclusions.nothing();
      Selected s = select(w);
      List<Outcome> outcomes = Collections.nCopies(s.now().size(), outcome);
      return conclusions.begin(m, s.now(), outcomes, notBefore).before(s.next());
    } catch (RuntimeException e) {
      if (!closing) LOG.log(WARNING, "queue-not-read id={0}", w.queueId(), e);
      return null;
    }
  }

  /// Tries now whatever waits for a destination, whenever it would be due (as ETRN asks for, RFC
  /// 1985).
  ///
  /// @return how many messages that are
  public int hurry(Destination destination) {
    int waiting = dispatch.hurry(destination, ticker.nanos());
    wake();
    return waiting;
  }

  // ---- figures

  /// Groups that wait: recipients of one message with one destination.
  public int waiting() {
    return dispatch.groups();
  }

  /// Deliveries under way.
  public int working() {
    return dispatch.working();
  }

  /// How long the oldest message waits.
  public Duration oldest() {
    long then = dispatch.oldestMillis();
    return then == 0 ? Duration.ZERO : Duration.ofMillis(Math.max(0, clock.millis() - then));
  }

  /// How often it has looked what is to be done.
  long looks() {
    return looks;
  }

  Dispatch dispatch() {
    return dispatch;
  }

  // ---- end

  /// Begins no more deliveries.
  public void stop() {
    closing = true;
    wake();
  }

  /// Waits for deliveries under way, so long at most.
  public void close(Duration patience) {
    stop();
    long end = ticker.nanos() + patience.toNanos();
    try {
      if (thread != null) thread.join();
      synchronized (this) {
        while (dispatch.working() > 0 && end - ticker.nanos() > 0) {
          wait(TimeUnit.NANOSECONDS.toMillis(end - ticker.nanos()) + 1);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (dispatch.working() > 0) {
      LOG.log(WARNING, "deliveries-left-behind count={0}", dispatch.working());
    }
  }

  @Override
  public void close() {
    close(PATIENCE);
  }
}
