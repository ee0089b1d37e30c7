package org.posthorn.app.command;

import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.admin.Request;
import org.posthorn.app.config.Span;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn trace`.
@Command(
    name = "trace",
    description = "Tells what became of messages: every hop, with times and the replies.")
final class TraceCommand implements Callable<Integer> {
  private final Io io;

  @Parameters(
      paramLabel = "WHAT",
      description =
          "A Message-ID, an address of a sender or recipient, a queue id, or the IP address of who"
              + " brought it.")
  private String what;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Only messages to which something happened within, such as 2d or 90m.")
  private String since;

  @Option(names = "--limit", paramLabel = "N", description = "The newest N messages (default: 20).")
  private Integer limit;

  @Mixin private Target target;

  TraceCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("of", what);
    arguments.put("zone", ZoneId.systemDefault().getId());
    if (since != null) {
      arguments.put("since", since().toString());
    }
    if (limit != null) {
      arguments.put("limit", limit.toString());
    }
    return target.run(io, new Request("trace", arguments), Target.Missing.FAIL);
  }

  private Instant since() {
    try {
      return Instant.now().minus(Span.parse(since));
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("--since: " + e.getMessage());
    }
  }
}
