package org.posthorn.app.command;

import java.util.List;
import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `posthorn alias`.
@Command(name = "alias", description = "Further addresses of accounts.")
final class AliasCommand {
  private final Io io;

  AliasCommand(Io io) {
    this.io = io;
  }

  @Command(
      name = "add",
      description =
          "Makes an address whose mail goes to others, replacing what it was. @DOMAIN is every"
              + " address of the domain that is nothing else.")
  int add(
      @Parameters(paramLabel = "ALIAS") String alias,
      @Parameters(paramLabel = "TARGET", arity = "1..*") List<String> targets,
      @Mixin Target target) {
    Map<String, String> arguments = Map.of("alias", alias, "targets", String.join("\n", targets));
    return target.run(io, new Request("alias.add", arguments), Target.Missing.FAIL);
  }

  @Command(name = "remove", description = "Removes an alias.")
  int remove(@Parameters(paramLabel = "ALIAS") String alias, @Mixin Target target) {
    return target.run(io, Request.of("alias.remove", "alias", alias), Target.Missing.FAIL);
  }

  @Command(name = "list", description = "Lists the aliases.")
  int list(@Mixin Target target) {
    return target.run(io, Request.of("alias.list"), Target.Missing.FAIL);
  }
}
