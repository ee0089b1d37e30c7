package org.posthorn.mta.queue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Another server, or all of them: answers as a test tells it to, and remembers what it was given.
final class ScriptedDelivery implements Delivery {
  /// One recipient of one message that was given away.
  record Given(QueueId id, String recipient, Destination destination) {}

  final List<Given> given = Collections.synchronizedList(new ArrayList<>());

  /// Messages handed over at once, by destination: now, and at most.
  final Map<Destination, AtomicInteger> now = new ConcurrentHashMap<>();

  final Map<Destination, Integer> most = new ConcurrentHashMap<>();
  final AtomicInteger errands = new AtomicInteger();
  final AtomicInteger transactions = new AtomicInteger();
  private final Map<String, CountDownLatch> gates = new ConcurrentHashMap<>();
  private volatile Function<QueuedRecipient, Outcome> answer = r -> delivered();

  static Outcome delivered() {
    return new Outcome.Delivered("mx.far.test [192.0.2.1]", "250 ok", false, "");
  }

  static Outcome deferred(Outcome.Pace pace) {
    return new Outcome.Deferred(problem("4.0.0", "451 later"), pace);
  }

  static Outcome failed() {
    return new Outcome.Failed(problem("5.1.1", "550 no such user"));
  }

  static Outcome.Problem problem(String status, String words) {
    return new Outcome.Problem(status, "mx.far.test [192.0.2.1]", words, "In plain words.");
  }

  ScriptedDelivery answer(Function<QueuedRecipient, Outcome> how) {
    answer = how;
    return this;
  }

  ScriptedDelivery answer(Outcome always) {
    return answer(r -> always);
  }

  /// Deliveries to a domain hang until [#open].
  ScriptedDelivery shut(String domain) {
    gates.put(domain, new CountDownLatch(1));
    return this;
  }

  void openGate(String domain) {
    gates.get(domain).countDown();
  }

  /// Domains in the order in which their messages came.
  List<String> order() {
    synchronized (given) {
      return given.stream().map(Given::recipient).toList();
    }
  }

  Map<QueueId, Integer> times() {
    Map<QueueId, Integer> out = new HashMap<>();
    synchronized (given) {
      for (Given g : given) out.merge(g.id(), 1, Integer::sum);
    }
    return out;
  }

  int busy(Destination d) {
    AtomicInteger n = now.get(d);
    return n == null ? 0 : n.get();
  }

  @Override
  public Errand open(Destination destination) {
    errands.incrementAndGet();
    return new Errand() {
      @Override
      public List<Outcome> deliver(QueuedMessage message, List<QueuedRecipient> recipients) {
        transactions.incrementAndGet();
        AtomicInteger n = now.computeIfAbsent(destination, d -> new AtomicInteger());
        most.merge(destination, n.incrementAndGet(), Math::max);
        try {
          for (QueuedRecipient r : recipients) {
            given.add(new Given(message.id(), r.recipient().path().toString(), destination));
          }
          CountDownLatch gate =
              destination instanceof Destination.Domain d ? gates.get(d.domain()) : null;
          if (gate != null) gate.await();
          return recipients.stream().map(answer).toList();
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        } finally {
          n.decrementAndGet();
        }
      }

      @Override
      public void close() {}
    };
  }
}
