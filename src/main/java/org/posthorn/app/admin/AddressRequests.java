package org.posthorn.app.admin;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.posthorn.app.CommandFailed;
import org.posthorn.directory.Addressing;
import org.posthorn.directory.Alias;
import org.posthorn.directory.Forward;
import org.posthorn.directory.Group;
import org.posthorn.directory.Moved;
import org.posthorn.mime.EmailAddress;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What leads from one address to others: `alias`, `group`, `forward`, `account.moved`,
/// `account.send-as`.
final class AddressRequests {
  private final Addressing addressing;
  private final InstantSource clock;

  AddressRequests(Addressing addressing, InstantSource clock) {
    this.addressing = addressing;
    this.clock = clock;
  }

  /// Null if the command is none of these.
  Answer run(Request request) {
    return switch (request.command()) {
      case "alias.add" -> addAlias(request);
      case "alias.remove" -> removeAlias(request);
      case "alias.list" -> listAliases();
      case "group.add" -> addGroup(request);
      case "group.remove" -> removeGroup(request);
      case "group.list" -> listGroups();
      case "group.member.add" -> {
        Group g = addressing.addMembers(request.need("group"), lines(request, "members"));
        yield done("changed " + g.address(), json(g));
      }
      case "group.member.remove" -> {
        Group g = addressing.removeMembers(request.need("group"), lines(request, "members"));
        yield done("changed " + g.address(), json(g));
      }
      case "forward.add" -> addForward(request);
      case "forward.remove" -> removeForward(request);
      case "forward.list" -> listForwards(request);
      case "account.moved" -> moved(request);
      case "account.send-as.add", "account.send-as.remove", "account.send-as.list" ->
          sendAs(request);
      default -> null;
    };
  }

  private static List<String> lines(Request request, String name) {
    return request.arguments().getOrDefault(name, "").lines().filter(l -> !l.isBlank()).toList();
  }

  private static Answer done(String line, ObjectNode result) {
    return Answer.done(List.of(line), result);
  }

  private static ObjectNode object() {
    return Wire.JSON.createObjectNode();
  }

  private static void put(ArrayNode array, List<EmailAddress> addresses) {
    addresses.forEach(a -> array.add(a.toString()));
  }

  private static String words(List<EmailAddress> addresses) {
    return String.join(" ", addresses.stream().map(EmailAddress::toString).toList());
  }

  // --- aliases

  private Answer addAlias(Request request) {
    Instant expires = time(request.arguments().get("expires"));
    Alias made = addressing.addAlias(request.need("alias"), lines(request, "targets"), expires);
    return done("added " + made.name() + until(made), json(made));
  }

  private static Instant time(String given) {
    try {
      return given == null ? null : Instant.parse(given);
    } catch (DateTimeException e) {
      throw new CommandFailed("expires is a time: " + given);
    }
  }

  private Answer removeAlias(Request request) {
    String alias = request.need("alias");
    addressing.removeAlias(alias);
    return done("removed " + alias, object().put("alias", alias));
  }

  private Answer listAliases() {
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (Alias alias : addressing.aliases()) {
      lines.add(alias.name() + " -> " + words(alias.targets()) + until(alias));
      result.add(json(alias));
    }
    return Answer.done(lines, result);
  }

  private String until(Alias alias) {
    if (alias.expires() == null) {
      return "";
    }
    boolean over = !clock.instant().isBefore(alias.expires());
    return (over ? " (ended " : " (until ") + alias.expires() + ")";
  }

  private static ObjectNode json(Alias alias) {
    ObjectNode node = object().put("alias", alias.name());
    put(node.putArray("targets"), alias.targets());
    if (alias.expires() != null) {
      node.put("expires", alias.expires().toString());
    }
    return node;
  }

  // --- groups

  private Answer addGroup(Request request) {
    Group made =
        addressing.addGroup(
            request.need("group"), lines(request, "members"), request.arguments().get("owner"));
    return done("added " + made.address(), json(made));
  }

  private Answer removeGroup(Request request) {
    String group = request.need("group");
    addressing.removeGroup(group);
    return done("removed " + group, object().put("group", group));
  }

  private Answer listGroups() {
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (Group group : addressing.groups()) {
      String owner = group.owner() == null ? "" : " (owner " + group.owner() + ")";
      lines.add(group.address() + " -> " + words(group.members()) + owner);
      result.add(json(group));
    }
    return Answer.done(lines, result);
  }

  private static ObjectNode json(Group group) {
    ObjectNode node = object().put("group", group.address().toString());
    put(node.putArray("members"), group.members());
    if (group.owner() != null) {
      node.put("owner", group.owner().toString());
    }
    return node;
  }

  // --- forwards

  private Answer addForward(Request request) {
    String keep = request.arguments().get("keep-copy");
    Forward now =
        addressing.addForward(
            request.need("address"),
            lines(request, "targets"),
            keep == null ? null : Boolean.valueOf(keep));
    return done(text(now), json(now));
  }

  private Answer removeForward(Request request) {
    String address = request.need("address");
    List<String> targets = lines(request, "targets");
    addressing.removeForward(address, targets);
    String what = targets.isEmpty() ? "" : " to " + String.join(" ", targets);
    return done("removed the forward of " + address + what, object().put("address", address));
  }

  private Answer listForwards(Request request) {
    String only = request.arguments().get("address");
    EmailAddress wanted = only == null ? null : EmailAddress.parse(only.strip());
    if (only != null && wanted == null) {
      throw new CommandFailed("not an address: " + only);
    }
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (Forward forward : addressing.forwards()) {
      if (wanted == null || wanted.equals(forward.address())) {
        lines.add(text(forward));
        result.add(json(forward));
      }
    }
    return Answer.done(lines, result);
  }

  private static String text(Forward forward) {
    String kept = forward.forwarding().keepCopy() ? " (keeps a copy)" : "";
    return forward.address() + " -> " + words(forward.forwarding().targets()) + kept;
  }

  private static ObjectNode json(Forward forward) {
    ObjectNode node = object().put("address", forward.address().toString());
    put(node.putArray("targets"), forward.forwarding().targets());
    return node.put("keep-copy", forward.forwarding().keepCopy());
  }

  // --- users who have moved

  private Answer moved(Request request) {
    String address = request.arguments().get("address");
    String to = request.arguments().get("to");
    if (address == null) {
      return listMoved();
    }
    if (request.arguments().containsKey("clear")) {
      addressing.clearMove(address);
      return done(address + " is back", object().put("address", address));
    }
    if (to == null) {
      throw new CommandFailed("the new address is missing, or --clear");
    }
    Moved now = addressing.move(address, to, request.arguments().containsKey("forward"));
    return done(text(now), json(now));
  }

  private Answer listMoved() {
    List<String> lines = new ArrayList<>();
    ArrayNode result = Wire.JSON.createArrayNode();
    for (Moved moved : addressing.moved()) {
      lines.add(text(moved));
      result.add(json(moved));
    }
    return Answer.done(lines, result);
  }

  private static String text(Moved moved) {
    String how = moved.move().forwarded() ? " (mail is sent on)" : "";
    return moved.address() + " has moved to " + moved.move().to() + how;
  }

  private static ObjectNode json(Moved moved) {
    return object()
        .put("address", moved.address().toString())
        .put("to", moved.move().to().toString())
        .put("forwarded", moved.move().forwarded());
  }

  // --- writing as others

  private Answer sendAs(Request request) {
    String address = request.need("address");
    String line = null;
    switch (request.command()) {
      case "account.send-as.add" -> {
        String identity = request.need("identity");
        addressing.addSendAs(address, identity);
        line = address + " may send as " + identity;
      }
      case "account.send-as.remove" -> {
        String identity = request.need("identity");
        addressing.removeSendAs(address, identity);
        line = address + " may no longer send as " + identity;
      }
      default -> {} // only tells
    }
    List<String> now = addressing.sendAs(address);
    ObjectNode result = object().put("address", address);
    now.forEach(result.putArray("identities")::add);
    return Answer.done(line == null ? now : List.of(line), result);
  }
}
