package org.posthorn.mta.queue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.posthorn.smtp.Recipient;

/// What an administrator does to waiting mail, with a server running or not. Any thread; durable on
/// return.
public final class Interventions {
  /// Messages changed together.
  private static final int TOGETHER = 100;

  /// How often a message is looked at again that is being delivered meanwhile.
  private static final int OVERTAKEN_MAX = 5;

  private final Queue queue;

  public Interventions(Queue queue) {
    this.queue = queue;
  }

  /// How much was changed.
  public record Done(int messages, int recipients) {}

  /// Told of what was changed of one message: those recipients as they were.
  public interface Witness {
    void changed(QueuedMessage message, List<QueuedRecipient> recipients);
  }

  /// What fits, a shard after the other.
  public void select(Selector selector, Queue.Visitor visitor) {
    Queue.Visitor fitting =
        (m, recipients) -> {
          if (!selector.fits(m)) return;
          List<QueuedRecipient> some = recipients.stream().filter(selector::fits).toList();
          if (!some.isEmpty()) visitor.visit(m, some);
        };
    if (selector.ids() == null) {
      queue.forEach(fitting);
      return;
    }
    for (QueueId id : selector.ids().stream().sorted().toList()) {
      QueuedMessage m = queue.message(id);
      if (m != null) fitting.visit(m, queue.recipients(id));
    }
  }

  /// Tries it now, whenever it would be due, and however long its destination is not to be asked.
  public Done retry(Selector selector, Witness witness) {
    Instant now = now();
    return change(selector, r -> isHeld(r) ? r : r.withNext(now), witness, true);
  }

  /// Lets it wait until it is released.
  public Done hold(Selector selector, Witness witness) {
    return change(selector, r -> r.withState(QueuedRecipient.State.HELD), witness, false);
  }

  /// Ends that it is held, and tries it now.
  public Done release(Selector selector, Witness witness) {
    Instant now = now();
    return change(
        selector,
        r -> isHeld(r) ? r.withState(QueuedRecipient.State.WAITING).withNext(now) : r,
        witness,
        false);
  }

  /// Sends it another way, now. What is for accounts here stays.
  ///
  /// @param to null: to where the domain of its address says
  public Done reroute(Selector selector, Destination.Host to, Witness witness) {
    Instant now = now();
    return change(
        selector,
        r -> {
          if (r.destination() instanceof Destination.Local) return r;
          Destination d =
              to != null ? to : new Destination.Domain(r.recipient().path().address().domain());
          return r.destination().equals(d) ? r : r.withDestination(d).withNext(now);
        },
        witness,
        true);
  }

  /// Takes it out of the queue.
  ///
  /// @param why null: the sender is not told
  /// @throws IOException if the sender is to be told and cannot be
  public Done drop(Selector selector, Notices notices, Outcome.Problem why, Witness witness)
      throws IOException {
    List<QueueId> ids = new ArrayList<>();
    select(selector, (m, some) -> ids.add(m.id()));
    int messages = 0;
    int recipients = 0;
    for (QueueId id : ids) {
      int gone = drop(id, selector, notices, why, witness);
      if (gone > 0) messages++;
      recipients += gone;
    }
    return new Done(messages, recipients);
  }

  private int drop(
      QueueId id, Selector selector, Notices notices, Outcome.Problem why, Witness witness)
      throws IOException {
    for (int i = 0; i < OVERTAKEN_MAX; i++) {
      QueuedMessage m = queue.message(id);
      if (m == null) return 0;
      List<QueuedRecipient> some = queue.recipients(id).stream().filter(selector::fits).toList();
      if (some.isEmpty()) return 0;
      List<NewMessage> told = why == null ? List.of() : told(m, some, notices, why);
      List<Queue.Change> changes = new ArrayList<>();
      for (QueuedRecipient r : some) changes.add(new Queue.Change(r, null));
      if (queue.update(id, changes, told)) {
        queue.counters().notices.add(told.size());
        witness.changed(m, some);
        return some.size();
      }
    }
    return 0;
  }

  private static List<NewMessage> told(
      QueuedMessage m, List<QueuedRecipient> some, Notices notices, Outcome.Problem why)
      throws IOException {
    List<Attempted> whom = new ArrayList<>();
    for (QueuedRecipient r : some) {
      Recipient to = r.recipient();
      if (to.tellsOfFailure()) whom.add(new Attempted(r, new Outcome.Failed(why), null));
    }
    return whom.isEmpty() ? List.of() : notices.failed(m, whom);
  }

  private Instant now() {
    return Queue.millis(queue.store().clock().instant());
  }

  private static boolean isHeld(QueuedRecipient r) {
    return r.state() == QueuedRecipient.State.HELD;
  }

  // ---- changing

  private record Step(QueuedMessage message, List<QueuedRecipient> was, Queue.Updating updating) {}

  private Done change(
      Selector selector, UnaryOperator<QueuedRecipient> how, Witness witness, boolean urgent) {
    List<QueueId> ids = new ArrayList<>();
    select(selector, (m, some) -> ids.add(m.id()));
    int messages = 0;
    int recipients = 0;
    for (int i = 0; i < ids.size(); i += TOGETHER) {
      List<QueueId> open = ids.subList(i, Math.min(ids.size(), i + TOGETHER));
      for (int tries = 0; tries < OVERTAKEN_MAX && !open.isEmpty(); tries++) {
        List<QueueId> again = new ArrayList<>();
        for (Step step : begin(open, selector, how)) {
          if (!step.updating().await()) {
            again.add(step.message().id());
            continue;
          }
          queue.tellOfChange(step.message().id(), urgent);
          witness.changed(step.message(), step.was());
          messages++;
          recipients += step.was().size();
        }
        open = again;
      }
    }
    return new Done(messages, recipients);
  }

  private List<Step> begin(
      List<QueueId> ids, Selector selector, UnaryOperator<QueuedRecipient> how) {
    List<Step> out = new ArrayList<>(ids.size());
    for (QueueId id : ids) {
      QueuedMessage m = queue.message(id);
      if (m == null) continue;
      List<QueuedRecipient> was = new ArrayList<>();
      List<Queue.Change> changes = new ArrayList<>();
      for (QueuedRecipient r : queue.recipients(id)) {
        QueuedRecipient is = selector.fits(r) ? how.apply(r) : r;
        if (is.equals(r)) continue;
        was.add(r);
        changes.add(new Queue.Change(r, is));
      }
      if (!was.isEmpty()) out.add(new Step(m, was, queue.submitUpdate(id, changes, List.of())));
    }
    return out;
  }
}
