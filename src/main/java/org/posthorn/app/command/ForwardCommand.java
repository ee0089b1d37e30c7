package org.posthorn.app.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn forward`.
@Command(name = "forward", description = "Where accounts have their mail sent on to.")
final class ForwardCommand {
  private final Io io;

  ForwardCommand(Io io) {
    this.io = io;
  }

  @Command(name = "add", description = "Sends an account's mail on, here or elsewhere.")
  int add(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Parameters(paramLabel = "TARGET", arity = "1..*") List<String> targets,
      @Option(
              names = "--keep-copy",
              negatable = true,
              description =
                  "Whether the account keeps a copy of all its mail; without it as before, at first"
                      + " not.")
          Boolean keepCopy,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("address", address);
    arguments.put("targets", String.join("\n", targets));
    if (keepCopy != null) {
      arguments.put("keep-copy", keepCopy.toString());
    }
    return target.run(io, new Request("forward.add", arguments), Target.Missing.FAIL);
  }

  @Command(name = "remove", description = "No longer sends an account's mail on.")
  int remove(
      @Parameters(paramLabel = "ADDRESS") String address,
      @Parameters(paramLabel = "TARGET", arity = "0..*", description = "Only to these.")
          List<String> targets,
      @Mixin Target target) {
    String some = targets == null ? "" : String.join("\n", targets);
    Map<String, String> arguments = Map.of("address", address, "targets", some);
    return target.run(io, new Request("forward.remove", arguments), Target.Missing.FAIL);
  }

  @Command(name = "list", description = "Lists the forwards, all or those of one account.")
  int list(
      @Parameters(paramLabel = "ADDRESS", arity = "0..1") String address, @Mixin Target target) {
    Map<String, String> arguments = address == null ? Map.of() : Map.of("address", address);
    return target.run(io, new Request("forward.list", arguments), Target.Missing.FAIL);
  }
}
