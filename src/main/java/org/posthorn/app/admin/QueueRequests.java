package org.posthorn.app.admin;

import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.Core;
import org.posthorn.mime.EmailAddress;
import org.posthorn.mime.EncodedWords;
import org.posthorn.mta.queue.Destination;
import org.posthorn.mta.queue.Interventions;
import org.posthorn.mta.queue.Notices;
import org.posthorn.mta.queue.Outcome;
import org.posthorn.mta.queue.Queue;
import org.posthorn.mta.queue.QueueId;
import org.posthorn.mta.queue.QueuedMessage;
import org.posthorn.mta.queue.QueuedRecipient;
import org.posthorn.mta.queue.Selector;
import org.posthorn.mta.trace.Trace;
import org.posthorn.store.Store;
import org.posthorn.store.StoreUnavailable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `queue`: mail that waits, looked at and changed. What a message goes through is noted for
/// `trace`.
final class QueueRequests {
  private static final String LIMIT = "1000";
  private static final int LIMIT_MAX = 100_000;
  private static final int PORT_MAX = 65_535;
  private static final int SMTP = 25;
  private static final String BY = "by an administrator";

  private final Store store;
  private final Queue queue;
  private final Trace trace;
  private final Interventions interventions;
  private final InstantSource clock;

  QueueRequests(Core core, InstantSource clock) {
    this.store = core.store();
    this.queue = core.queue();
    this.trace = core.trace();
    this.interventions = new Interventions(queue);
    this.clock = clock;
  }

  /// Null if it is about something else.
  ///
  /// @param notices null if senders cannot be told
  Answer run(Request request, Notices notices) {
    try {
      return switch (request.command()) {
        case "queue.list" -> list(request);
        case "queue.show" -> show(request);
        case "queue.retry" ->
            changed("to be tried now", interventions.retry(selector(request), this::retried));
        case "queue.hold" -> changed("held", interventions.hold(selector(request), this::held));
        case "queue.release" ->
            changed("released", interventions.release(selector(request), this::released));
        case "queue.drop" -> drop(request, notices);
        case "queue.reroute" -> reroute(request);
        default -> null;
      };
    } catch (StoreUnavailable e) {
      return Answer.failed(e.getMessage());
    }
  }

  /// Ends that what an account has sent is held.
  Interventions.Done releaseOf(String account) {
    return interventions.release(Selector.ofSubmitter(account), this::released);
  }

  // ---- what is meant

  private Selector selector(Request request) {
    Map<String, String> given = request.arguments();
    Selector s =
        new Selector(
            ids(given.get("ids")),
            domain(given.get("domain")),
            address(given.get("sender")),
            address(given.get("recipient")),
            before(given.get("older")),
            given.containsKey("held") ? QueuedRecipient.State.HELD : null);
    if (s.equals(Selector.ALL)
        && !given.containsKey("all")
        && !request.command().equals("queue.list")) {
      throw new CommandFailed("say which: ids, --domain, --sender, --recipient, --older or --all");
    }
    return s;
  }

  private static Set<QueueId> ids(String lines) {
    if (lines == null || lines.isEmpty()) {
      return null;
    }
    Set<QueueId> ids = new HashSet<>();
    lines.lines().forEach(line -> ids.add(id(line)));
    return ids;
  }

  private static QueueId id(String text) {
    QueueId id = QueueId.parse(text);
    if (id == null) {
      throw new CommandFailed(text + " is no queue id");
    }
    return id;
  }

  private static String domain(String given) {
    if (given == null) {
      return null;
    }
    String domain = EmailAddress.normalDomain(given);
    if (domain == null) {
      throw new CommandFailed(given + " is no domain");
    }
    return domain;
  }

  /// `<>` is the null sender.
  private static String address(String given) {
    if (given == null || given.equals("<>")) {
      return given == null ? null : "";
    }
    EmailAddress address = EmailAddress.parse(given);
    if (address == null) {
      throw new CommandFailed(given + " is no address");
    }
    return address.toString();
  }

  private Instant before(String seconds) {
    try {
      return seconds == null
          ? null
          : clock.instant().minus(Duration.ofSeconds(Long.parseLong(seconds)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new CommandFailed("older is a number of seconds: " + seconds);
    }
  }

  // ---- looking

  private static int limit(String given) {
    try {
      int limit = Integer.parseInt(given);
      if (limit > 0 && limit <= LIMIT_MAX) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // falls through
    }
    throw new CommandFailed("limit is a number from 1 to " + LIMIT_MAX);
  }

  private QueueText text(Request request) {
    String zone = request.arguments().getOrDefault("zone", "Z");
    try {
      return new QueueText(clock.instant(), ZoneId.of(zone));
    } catch (DateTimeException e) {
      throw new CommandFailed("no time zone: " + zone);
    }
  }

  private Answer list(Request request) {
    int limit = limit(request.arguments().getOrDefault("limit", LIMIT));
    QueueText text = text(request);
    List<String> lines = new ArrayList<>();
    ObjectNode result = Wire.JSON.createObjectNode();
    ArrayNode list = result.putArray("messages");
    int[] found = {0, 0};
    interventions.select(
        selector(request),
        (m, recipients) -> {
          found[1] += recipients.size();
          if (found[0]++ < limit) {
            lines.addAll(text.brief(m, recipients));
            QueueText.json(list, m, recipients);
          }
        });
    result.put("message-count", found[0]).put("recipient-count", found[1]);
    if (found[0] > limit) {
      lines.add("… and " + (found[0] - limit) + " more: --limit N shows further ones.");
    }
    lines.add(found[0] == 0 ? "nothing waits" : count(found[0], found[1]) + " waiting");
    return Answer.done(lines, result);
  }

  static String count(int messages, int recipients) {
    return messages
        + (messages == 1 ? " message for " : " messages for ")
        + recipients
        + (recipients == 1 ? " recipient" : " recipients");
  }

  private Answer show(Request request) {
    QueueId id = id(request.need("ids"));
    QueuedMessage m = queue.message(id);
    List<QueuedRecipient> recipients = m == null ? List.of() : queue.recipients(id);
    if (recipients.isEmpty()) {
      return Answer.failed(id + " does not wait; `posthorn trace " + id + "` tells its story");
    }
    ArrayNode one = Wire.JSON.createArrayNode();
    QueueText.json(one, m, recipients);
    String subject = subject(m);
    ((ObjectNode) one.get(0)).put("subject", subject);
    return Answer.done(text(request).whole(m, recipients, subject), one.get(0));
  }

  private String subject(QueuedMessage m) {
    try {
      String s = store.keeping().message(queue.octets(m)).structure().headers().first("Subject");
      return s == null ? "" : EncodedWords.decode(s).strip();
    } catch (IOException e) {
      throw new CommandFailed("the message " + m.id() + " cannot be read: " + e.getMessage());
    }
  }

  // ---- changing

  private static Answer changed(String what, Interventions.Done done) {
    ObjectNode result =
        Wire.JSON
            .createObjectNode()
            .put("messages", done.messages())
            .put("recipients", done.recipients());
    if (done.messages() == 0) {
      return new Answer("nothing that waits fits", List.of(), result);
    }
    return Answer.done(List.of(count(done.messages(), done.recipients()) + " " + what), result);
  }

  private void retried(QueuedMessage m, List<QueuedRecipient> some) {
    trace.story(m.id()).remark("to be tried at once, " + BY);
  }

  private void held(QueuedMessage m, List<QueuedRecipient> some) {
    some.forEach(r -> trace.story(m.id()).held(r.recipient(), BY));
  }

  private void released(QueuedMessage m, List<QueuedRecipient> some) {
    some.forEach(r -> trace.story(m.id()).released(r.recipient(), BY));
  }

  private Answer drop(Request request, Notices notices) {
    Outcome.Problem why = null;
    if (request.arguments().containsKey("notify")) {
      if (notices == null) {
        return Answer.failed("senders cannot be told by this process");
      }
      why =
          new Outcome.Problem(
              "5.0.0", "", "", "The administrator of this server took it out of the queue.");
    }
    try {
      return changed(
          "dropped",
          interventions.drop(
              selector(request),
              notices,
              why,
              (m, some) -> some.forEach(r -> trace.story(m.id()).dropped(r.recipient(), BY))));
    } catch (IOException e) {
      return Answer.failed("the sender cannot be told, so nothing more is dropped: " + e);
    }
  }

  private Answer reroute(Request request) {
    Destination.Host to = host(request.need("to"));
    return changed(
        "rerouted",
        interventions.reroute(
            selector(request), to, (m, some) -> some.forEach(r -> rerouted(m, r, to))));
  }

  private void rerouted(QueuedMessage m, QueuedRecipient r, Destination.Host to) {
    Destination now =
        to != null ? to : new Destination.Domain(r.recipient().path().address().domain());
    trace.story(m.id()).rerouted(r.recipient(), now, BY);
  }

  /// `HOST`, `HOST:PORT`, `[2001:db8::1]:PORT`; null for `mx`: the usual way.
  private static Destination.Host host(String given) {
    if (given.equals("mx")) {
      return null;
    }
    int colon = given.lastIndexOf(':');
    boolean port = colon > given.lastIndexOf(']');
    try {
      int number = port ? Integer.parseInt(given.substring(colon + 1)) : SMTP;
      String host = EmailAddress.normalDomain(literal(port ? given.substring(0, colon) : given));
      if (host != null && number > 0 && number <= PORT_MAX) {
        return new Destination.Host(host, number);
      }
    } catch (NumberFormatException e) {
      // falls through
    }
    throw new CommandFailed(given + " is no HOST:PORT, nor mx");
  }

  /// Addresses as the mail system writes them: `[192.0.2.1]`, `[IPv6:2001:db8::1]`.
  private static String literal(String host) {
    if (host.matches("\\d+\\.\\d+\\.\\d+\\.\\d+")) {
      return "[" + host + "]";
    }
    boolean six = host.startsWith("[") && host.indexOf(':') > 0 && !host.startsWith("[IPv6:");
    return six ? "[IPv6:" + host.substring(1) : host;
  }
}
