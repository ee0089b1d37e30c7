package org.posthorn.app.command;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.admin.Request;
import org.posthorn.app.config.Span;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn queue`.
@Command(name = "queue", description = "Mail that waits to be delivered.")
final class QueueCommand {
  private final Io io;

  QueueCommand(Io io) {
    this.io = io;
  }

  /// The options by which mail is chosen; what fits all of them is meant.
  static final class Which {
    @Option(
        names = "--domain",
        paramLabel = "DOMAIN",
        description = "Recipients in a domain, or whose mail goes to it.")
    private String domain;

    @Option(
        names = "--sender",
        paramLabel = "ADDRESS",
        description = "Messages of a sender; <> is that of notices.")
    private String sender;

    @Option(names = "--recipient", paramLabel = "ADDRESS", description = "One recipient.")
    private String recipient;

    @Option(
        names = "--older",
        paramLabel = "TIME",
        description = "Messages that wait for longer, such as 2h or 3d.")
    private String older;

    @Option(names = "--held", description = "What is held.")
    private boolean held;

    Map<String, String> arguments(List<String> ids) {
      Map<String, String> out = new HashMap<>();
      if (ids != null && !ids.isEmpty()) {
        out.put("ids", String.join("\n", ids));
      }
      put(out, "domain", domain);
      put(out, "sender", sender);
      put(out, "recipient", recipient);
      if (older != null) {
        out.put("older", seconds());
      }
      if (held) {
        out.put("held", "true");
      }
      out.put("zone", ZoneId.systemDefault().getId());
      return out;
    }

    private String seconds() {
      try {
        return Long.toString(Span.parse(older).toSeconds());
      } catch (IllegalArgumentException e) {
        throw new CommandFailed("--older: " + e.getMessage());
      }
    }

    private static void put(Map<String, String> out, String name, String value) {
      if (value != null) {
        out.put(name, value);
      }
    }
  }

  /// The same for what changes mail: all of it must be said.
  static final class Changed {
    @Parameters(paramLabel = "ID", arity = "0..*", description = "Queue ids.")
    private List<String> ids = new ArrayList<>();

    @Mixin private Which which;

    @Option(names = "--all", description = "All that waits.")
    private boolean all;

    Map<String, String> arguments() {
      Map<String, String> out = which.arguments(ids);
      if (all) {
        out.put("all", "true");
      }
      return out;
    }
  }

  @Command(name = "list", description = "Lists what waits, and why.")
  int list(
      @Mixin Which which,
      @Option(
              names = "--limit",
              paramLabel = "N",
              description = "No more than N messages (default: 1000).")
          Integer limit,
      @Mixin Target target) {
    Map<String, String> arguments = which.arguments(List.of());
    if (limit != null) {
      arguments.put("limit", limit.toString());
    }
    return target.run(io, new Request("queue.list", arguments), Target.Missing.FAIL);
  }

  @Command(name = "show", description = "Shows all that is known of a message that waits.")
  int show(@Parameters(paramLabel = "ID") String id, @Mixin Target target) {
    Map<String, String> arguments = Map.of("ids", id, "zone", ZoneId.systemDefault().getId());
    return target.run(io, new Request("queue.show", arguments), Target.Missing.FAIL);
  }

  @Command(name = "retry", description = "Tries to deliver now what is not held.")
  int retry(@Mixin Changed changed, @Mixin Target target) {
    return run("retry", changed.arguments(), target);
  }

  @Command(name = "hold", description = "Keeps mail in the queue, untried, until it is released.")
  int hold(@Mixin Changed changed, @Mixin Target target) {
    return run("hold", changed.arguments(), target);
  }

  @Command(name = "release", description = "Lets mail go on that was held.")
  int release(@Mixin Changed changed, @Mixin Target target) {
    return run("release", changed.arguments(), target);
  }

  @Command(name = "drop", description = "Takes mail out of the queue, for ever.")
  int drop(
      @Mixin Changed changed,
      @Option(names = "--notify", description = "Tell the senders, as of any failure.")
          boolean notify,
      @Mixin Target target) {
    Map<String, String> arguments = changed.arguments();
    if (notify) {
      arguments.put("notify", "true");
    }
    return run("drop", arguments, target);
  }

  @Command(
      name = "reroute",
      description =
          "Sends mail to a host, now, whatever the domain of its address says; mx instead of a host"
              + " is the usual way again.")
  int reroute(
      @Parameters(index = "0", paramLabel = "HOST[:PORT]") String to,
      @Parameters(index = "1..*", paramLabel = "ID", arity = "0..*") List<String> ids,
      @Mixin Which which,
      @Option(names = "--all", description = "All that waits.") boolean all,
      @Mixin Target target) {
    Map<String, String> arguments = which.arguments(ids);
    arguments.put("to", to);
    if (all) {
      arguments.put("all", "true");
    }
    return run("reroute", arguments, target);
  }

  private int run(String what, Map<String, String> arguments, Target target) {
    return target.runConfigured(io, new Request("queue." + what, arguments), Target.Missing.FAIL);
  }
}
