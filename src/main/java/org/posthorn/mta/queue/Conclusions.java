package org.posthorn.mta.queue;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.posthorn.smtp.DeliverBy;
import org.posthorn.smtp.Recipient;
import org.posthorn.store.StoreUnavailable;

/// Turns what came of a try into changes of rows and notices to the sender, in one commit, and sees
/// to it that they are written.
final class Conclusions {
  private static final System.Logger LOG = System.getLogger("posthorn.queue");

  /// How often a commit is composed anew because somebody else changed the recipients.
  private static final int OVERTAKEN_MAX = 5;

  private static final long PAUSE_NANOS = 1_000_000_000L;

  private final Queue queue;
  private final Notices notices;
  private final Journal journal;
  private final Steady steady;
  private final BooleanSupplier closing;

  Conclusions(
      Queue queue, Notices notices, Journal journal, Steady steady, BooleanSupplier closing) {
    this.queue = queue;
    this.notices = notices;
    this.journal = journal;
    this.steady = steady;
    this.closing = closing;
  }

  /// Begins to write what came of a try, and does not wait.
  ///
  /// @param was the recipients as their rows are
  /// @param outcomes one for each
  /// @param notBefore those who are put off are not tried sooner than this from now
  Settling begin(
      QueuedMessage m, List<QueuedRecipient> was, List<Outcome> outcomes, Duration notBefore) {
    Draft draft = draft(m, was, outcomes, notBefore);
    return new Settling(m, draft, submit(m, draft), outcomes(was, outcomes), notBefore);
  }

  private static Map<Integer, Outcome> outcomes(List<QueuedRecipient> was, List<Outcome> is) {
    Map<Integer, Outcome> out = new HashMap<>();
    for (int i = 0; i < was.size(); i++) out.put(was.get(i).number(), is.get(i));
    return out;
  }

  /// The same, and waits.
  ///
  /// @return when to go on with those who are left, milliseconds since 1970; negative if nobody is
  long conclude(
      QueuedMessage m, List<QueuedRecipient> was, List<Outcome> outcomes, Duration notBefore) {
    return begin(m, was, outcomes, notBefore).await();
  }

  /// Where there is nothing to write.
  Settling nothing() {
    return new Settling(null, new Draft(), null, Map.of(), Duration.ZERO);
  }

  private Queue.Updating submit(QueuedMessage m, Draft d) {
    return d.changes.isEmpty() ? null : queue.submitUpdate(m.id(), d.changes, d.notices);
  }

  /// What is to be written.
  private static final class Draft {
    final List<Attempted> results = new ArrayList<>();
    final List<Queue.Change> changes = new ArrayList<>();
    final List<NewMessage> notices = new ArrayList<>();
    long next = -1;
    boolean delivered;
  }

  private Draft draft(
      QueuedMessage m, List<QueuedRecipient> was, List<Outcome> outcomes, Duration notBefore) {
    List<Attempted> all = new ArrayList<>(was.size());
    for (int i = 0; i < was.size(); i++)
      all.add(attempted(m, was.get(i), outcomes.get(i), notBefore));
    Draft d = new Draft();
    boolean failuresTold =
        tell(m, d, all, Outcome.Failed.class, Recipient::tellsOfFailure, notices::failed);
    boolean late = !steady.now().isBefore(queue.schedule().tellsOfDelay(m));
    Predicate<Attempted> untold = a -> late && !a.recipient().delayTold();
    List<Attempted> delayed = all.stream().filter(untold).toList();
    boolean delaysTold =
        tell(m, d, delayed, Outcome.Deferred.class, Recipient::tellsOfDelay, notices::delayed);
    DeliverBy by = m.sender().options().by();
    List<Attempted> arrived = all.stream().filter(a -> tells(a, by)).toList();
    tell(m, d, arrived, Outcome.Delivered.class, r -> true, notices::delivered);
    for (Attempted a : all) {
      QueuedRecipient r = a.recipient();
      if (a.outcome() instanceof Outcome.Failed && !failuresTold) {
        // Not given up before its sender can be told.
        d.next = Scheduler.earlier(d.next, r.next().toEpochMilli());
        continue;
      }
      boolean told = r.delayTold() || untold.test(a) && delaysTold;
      d.results.add(a);
      d.changes.add(new Queue.Change(r, after(a, told)));
      d.delivered |= a.outcome() instanceof Outcome.Delivered;
      if (a.next() != null) d.next = Scheduler.earlier(d.next, a.next().toEpochMilli());
    }
    return d;
  }

  /// Whether a delivery is told. With DELIVERBY also where nobody asked for success: every relay,
  /// if it is to be traced (RFC 2852 §4.1.4), and one to a host that does not keep the time
  /// (§4.1.4.2).
  private static boolean tells(Attempted a, DeliverBy by) {
    if (!(a.outcome() instanceof Outcome.Delivered d)) return false;
    Recipient r = a.recipient().recipient();
    boolean relayed = by != null && !d.host().isEmpty() && (by.trace() || !d.timed());
    return relayed && !r.told().contains(Recipient.Notify.NEVER)
        || r.tellsOfSuccess() && !d.tells();
  }

  /// The row behind it; null if there is none.
  private static QueuedRecipient after(Attempted a, boolean delayTold) {
    if (a.next() == null) return null;
    QueuedRecipient r = a.recipient();
    Outcome.Problem why = a.outcome() instanceof Outcome.Deferred d ? d.problem() : r.last();
    return new QueuedRecipient(
        r.number(),
        r.recipient(),
        r.destination(),
        a.next(),
        r.tries() + 1,
        why,
        r.state(),
        delayTold);
  }

  private Attempted attempted(
      QueuedMessage m, QueuedRecipient r, Outcome outcome, Duration notBefore) {
    if (!(outcome instanceof Outcome.Deferred deferred)) return new Attempted(r, outcome, null);
    if (!steady.now().isBefore(m.expires())) {
      return new Attempted(r, new Outcome.Failed(expired(deferred.problem())), null);
    }
    Duration wait = queue.schedule().after(m.id(), r.tries() + 1);
    if (notBefore.compareTo(wait) > 0) wait = notBefore;
    Instant now = queue.store().clock().instant();
    Instant next = sooner(now.plus(wait), m.expires(), now);
    DeliverBy by = m.sender().options().by();
    if (by != null && !r.delayTold()) {
      next = sooner(next, queue.schedule().tellsOfDelay(m), now);
    }
    return new Attempted(r, outcome, Queue.millis(next));
  }

  /// The sooner of two, unless that is over.
  private static Instant sooner(Instant a, Instant b, Instant now) {
    return b.isAfter(now) && b.isBefore(a) ? b : a;
  }

  /// A deferral that is the last (RFC 3463 §3.5, X.4.7).
  static Outcome.Problem expired(Outcome.Problem last) {
    String plain =
        "It could not be delivered in the time there was. The last try ended so: " + last.plain();
    return new Outcome.Problem("5.4.7", last.host(), last.words(), plain);
  }

  private interface Composer {
    List<NewMessage> compose(QueuedMessage message, List<Attempted> whom) throws IOException;
  }

  /// Adds a notice about those with one kind of outcome who want it. False if that is not possible.
  private boolean tell(
      QueuedMessage m,
      Draft d,
      List<Attempted> all,
      Class<? extends Outcome> kind,
      Predicate<Recipient> wants,
      Composer composer) {
    List<Attempted> whom =
        all.stream()
            .filter(a -> kind.isInstance(a.outcome()) && wants.test(a.recipient().recipient()))
            .toList();
    if (whom.isEmpty()) return true;
    try {
      for (NewMessage n : composer.compose(m, whom)) {
        d.notices.add(n.withId(queue.newIdBeside(m.id())));
      }
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.log(ERROR, "notice-not-written id={0}", m.id(), e);
      return false;
    }
  }

  /// What came of a try, on its way to the disk.
  final class Settling {
    private final QueuedMessage message;
    private Draft draft;
    private Queue.Updating updating; // null: nothing to write
    private final Map<Integer, Outcome> outcomes; // by number
    private final Duration notBefore;
    private long before = -1;

    private Settling(
        QueuedMessage message,
        Draft draft,
        Queue.Updating updating,
        Map<Integer, Outcome> outcomes,
        Duration notBefore) {
      this.message = message;
      this.draft = draft;
      this.updating = updating;
      this.outcomes = outcomes;
      this.notBefore = notBefore;
    }

    /// The answer of [#await] is no later than this, unless it is negative.
    Settling before(long millis) {
      before = millis;
      return this;
    }

    /// Waits until it is written; when to go on with those who are left, negative if nobody is.
    ///
    /// @throws StoreUnavailable if it is not: what was delivered may be delivered again
    long await() {
      for (int i = 0; updating != null && i < OVERTAKEN_MAX; i++) {
        if (written()) {
          told();
          return Scheduler.earlier(before, draft.next);
        }
        anew();
      }
      if (updating != null) LOG.log(WARNING, "delivery-not-concluded id={0}", message.id());
      return Scheduler.earlier(before, draft.next);
    }

    /// While somebody has the message already it is worth waiting for the disk.
    private boolean written() {
      while (true) {
        try {
          return updating.await();
        } catch (StoreUnavailable e) {
          if (!draft.delivered || closing.getAsBoolean()) throw e;
          LOG.log(WARNING, "delivery-not-written id={0} reason={1}", message.id(), e.getMessage());
          LockSupport.parkNanos(PAUSE_NANOS);
          updating = queue.submitUpdate(message.id(), draft.changes, draft.notices);
        }
      }
    }

    /// Somebody changed the recipients meanwhile: what has ended ends all the same; what was put
    /// off is as he wants it.
    private void anew() {
      List<QueuedRecipient> was = new ArrayList<>();
      List<Outcome> is = new ArrayList<>();
      for (QueuedRecipient r : queue.recipients(message.id())) {
        Outcome o = outcomes.get(r.number());
        if (o == null || o instanceof Outcome.Deferred) continue;
        was.add(r);
        is.add(o);
      }
      draft = draft(message, was, is, notBefore);
      updating = submit(message, draft);
    }

    private void told() {
      Counters c = queue.counters();
      c.notices.add(draft.notices.size());
      for (Attempted a : draft.results) {
        switch (a.outcome()) {
          case Outcome.Delivered _ -> c.recipientsDelivered.increment();
          case Outcome.Deferred _ -> c.recipientsDeferred.increment();
          case Outcome.Failed _ -> {
            c.recipientsFailed.increment();
            boolean over = outcomes.get(a.recipient().number()) instanceof Outcome.Deferred;
            if (over) c.recipientsExpired.increment();
          }
        }
        log(a);
      }
      try {
        journal.tried(message, draft.results, draft.notices);
      } catch (RuntimeException e) {
        LOG.log(WARNING, "journal-failed id={0}", message.id(), e);
      }
    }

    private void log(Attempted a) {
      Object to = a.recipient().recipient().path();
      switch (a.outcome()) {
        case Outcome.Delivered d ->
            LOG.log(
                INFO,
                "mail-sent id={0} to={1} host={2} words={3}",
                message.id(),
                to,
                d.host(),
                d.words());
        case Outcome.Deferred d ->
            LOG.log(
                INFO,
                "mail-deferred id={0} to={1} next={2} status={3} host={4} reason={5}",
                message.id(),
                to,
                a.next(),
                d.problem().status(),
                d.problem().host(),
                reason(d.problem()));
        case Outcome.Failed f ->
            LOG.log(
                INFO,
                "mail-failed id={0} to={1} status={2} host={3} reason={4}",
                message.id(),
                to,
                f.problem().status(),
                f.problem().host(),
                reason(f.problem()));
      }
    }
  }

  private static String reason(Outcome.Problem p) {
    return p.words().isEmpty() ? p.plain() : p.words();
  }
}
