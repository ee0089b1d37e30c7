package org.posthorn.app.admin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.app.CommandFailed;
import org.posthorn.mta.trace.Event;
import org.posthorn.mta.trace.Found;
import org.posthorn.mta.trace.Trace;
import org.posthorn.mta.trace.TraceReader;
import org.posthorn.store.Store;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `trace`: what became of messages.
final class TraceRequests {
  private static final String LIMIT = "20";

  private TraceRequests() {}

  static Answer run(Store store, Trace trace, Request request) {
    String of = request.need("of");
    Instant since = since(request.arguments().get("since"));
    int limit = limit(request.arguments().getOrDefault("limit", LIMIT));
    ZoneId zone = zone(request.arguments().getOrDefault("zone", "Z"));
    trace.flush();
    Found found = new TraceReader(store.kv()).find(of, since, limit);
    ObjectNode result = json(found);
    if (found.messages().isEmpty()) {
      return new Answer("nothing is known of " + of, List.of(), result);
    }
    return Answer.done(lines(found, zone), result);
  }

  private static Instant since(String given) {
    try {
      return given == null ? null : Instant.parse(given);
    } catch (DateTimeException e) {
      throw new CommandFailed("since is a time: " + given);
    }
  }

  private static int limit(String given) {
    try {
      int limit = Integer.parseInt(given);
      if (limit > 0 && limit <= TraceReader.MESSAGES_MAX) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // falls through
    }
    throw new CommandFailed("limit is a number from 1 to " + TraceReader.MESSAGES_MAX);
  }

  private static ZoneId zone(String given) {
    try {
      return ZoneId.of(given);
    } catch (DateTimeException e) {
      throw new CommandFailed("no time zone: " + given);
    }
  }

  private static List<String> lines(Found found, ZoneId zone) {
    StoryText text = new StoryText(zone);
    List<String> lines = new ArrayList<>();
    for (Found.Message message : found.messages()) {
      if (!lines.isEmpty()) {
        lines.add("");
      }
      lines.addAll(text.lines(message));
    }
    if (found.more()) {
      lines.add("");
      lines.add("There are more: --limit N shows further ones, --since TIME those of late.");
    }
    return lines;
  }

  private static ObjectNode json(Found found) {
    ObjectNode result = Wire.JSON.createObjectNode();
    ArrayNode messages = result.putArray("messages");
    for (Found.Message message : found.messages()) {
      ObjectNode one = messages.addObject().put("id", message.id().toString());
      ArrayNode events = one.putArray("events");
      message.events().forEach(e -> json(events.addObject(), e));
    }
    return result.put("more", found.more());
  }

  /// Texts that say nothing are left out.
  private static void json(ObjectNode node, Event event) {
    node.put("at", event.at().toString());
    node.put("kind", event.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    put(node, "recipient", event.recipient());
    put(node, "where", event.where());
    put(node, "how", event.how());
    put(node, "words", event.words());
    if (event.next() != null) {
      node.put("next", event.next().toString());
    }
  }

  private static void put(ObjectNode node, String name, String text) {
    if (!text.isEmpty()) {
      node.put(name, text);
    }
  }
}
