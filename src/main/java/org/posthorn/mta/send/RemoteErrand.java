package org.posthorn.mta.send;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.ERROR;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.mta.queue.Delivery;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.smtp.Recipient;
import org.posthorn.smtp.client.Endpoint;
import org.posthorn.smtp.client.Heard;
import org.posthorn.smtp.client.Stage;

/// The work of one thread for one destination.
final class RemoteErrand implements Delivery.Errand {
  private static final System.Logger LOG = System.getLogger("posthorn.mta.send");

  private final RemoteDelivery delivery;
  private final Destination destination;
  private final HeldConnection connection;

  RemoteErrand(RemoteDelivery delivery, Destination destination) {
    this.delivery = delivery;
    this.destination = destination;
    this.connection = new HeldConnection(delivery.dialer(), delivery.idle());
  }

  @Override
  public List<Outcome> deliver(QueuedMessage message, List<QueuedRecipient> recipients) {
    Progress progress = new Progress(recipients.size());
    List<Recipient> to = recipients.stream().map(QueuedRecipient::recipient).toList();
    try {
      routes(message, to).forEach((route, who) -> follow(route, message, to, who, progress));
    } catch (RuntimeException e) {
      LOG.log(ERROR, "mail-attempt-failed id={0}", message.id(), e);
      connection.close();
      unexpected(message, recipients.size(), progress);
    }
    List<Outcome> outcomes = progress.outcomes();
    for (int i = 0; i < outcomes.size(); i++) {
      log(message, to.get(i), outcomes.get(i));
    }
    return outcomes;
  }

  /// A fault of ours: what it was is in the log, and nobody else's business.
  private static void unexpected(QueuedMessage message, int recipients, Progress progress) {
    Heard.Broken ours =
        new Heard.Broken(Stage.BODY, Heard.Cause.LOCAL, "something unexpected happened");
    Scene scene = Scene.of("", false, message.sender().options());
    for (int i = 0; i < recipients; i++) {
      if (!progress.settled(i)) {
        progress.settle(i, Trouble.judge(ours, scene).outcome());
      }
    }
  }

  /// Who goes which way. Recipients of one domain go the same; over a smarthost often all do.
  private Map<Route, List<Integer>> routes(QueuedMessage message, List<Recipient> to) {
    String sender =
        message.sender().path().isNull() ? "" : message.sender().path().address().domain();
    Map<String, Route> byDomain = new LinkedHashMap<>();
    Map<Route, List<Integer>> routes = new LinkedHashMap<>();
    for (int i = 0; i < to.size(); i++) {
      Recipient r = to.get(i);
      String domain = r.path().isPostmaster() ? "" : r.path().address().domain();
      Route route =
          byDomain.computeIfAbsent(domain, d -> delivery.routing().find(destination, sender, d));
      routes.computeIfAbsent(route, k -> new ArrayList<>()).add(i);
    }
    return routes;
  }

  private void follow(
      Route route,
      QueuedMessage message,
      List<Recipient> to,
      List<Integer> who,
      Progress progress) {
    switch (route) {
      case Route.Ended e -> who.forEach(i -> progress.settle(i, e.outcome()));
      case Route.Hosts hosts -> {
        Attempt attempt = new Attempt(delivery, connection, hosts, message, to, progress);
        List<Integer> left = who;
        for (Hop hop : inOrder(hosts)) {
          if (!left.isEmpty()) {
            left = attempt.at(hop, left);
          }
        }
        left.forEach(progress::exhausted);
      }
    }
  }

  /// The host to which there is a connection comes first, whichever it is: it took the message
  /// before.
  private List<Hop> inOrder(Route.Hosts hosts) {
    List<Hop> order = new ArrayList<>(hosts.hops());
    if (connection.client() != null) {
      Endpoint there = connection.client().endpoint();
      order.sort(Comparator.comparing(hop -> !hop.endpoint().equals(there))); // stable
    }
    return order;
  }

  private static void log(QueuedMessage message, Recipient to, Outcome outcome) {
    switch (outcome) {
      case Outcome.Delivered d ->
          LOG.log(
              DEBUG,
              "mail-sent id={0} to={1} host={2} tls={3} reply={4}",
              message.id(),
              to.path(),
              d.host(),
              d.tls(),
              d.words());
      case Outcome.Deferred(Outcome.Problem p, Outcome.Pace pace) ->
          LOG.log(
              DEBUG,
              "mail-deferred id={0} to={1} host={2} status={3} pace={4} reply={5} reason={6}",
              message.id(),
              to.path(),
              p.host(),
              p.status(),
              pace,
              p.words(),
              p.plain());
      case Outcome.Failed(Outcome.Problem p) ->
          LOG.log(
              DEBUG,
              "mail-failed id={0} to={1} host={2} status={3} reply={4} reason={5}",
              message.id(),
              to.path(),
              p.host(),
              p.status(),
              p.words(),
              p.plain());
    }
  }

  @Override
  public void close() {
    connection.release();
  }
}
