package org.posthorn.app.command;

import java.util.List;
import java.util.concurrent.Callable;
import org.posthorn.app.Version;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.Request;
import org.posthorn.app.admin.Wire;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// The commands of one word about a whole installation.
final class ServerCommands {
  private ServerCommands() {}

  /// `posthorn check`.
  @Command(name = "check", description = "Verifies everything that is stored.")
  static final class CheckCommand implements Callable<Integer> {
    private final Io io;
    @Mixin private Target target;

    CheckCommand(Io io) {
      this.io = io;
    }

    @Override
    public Integer call() {
      return target.run(io, Request.of("check"), Target.Missing.FAIL);
    }
  }

  /// `posthorn reload`.
  @Command(
      name = "reload",
      description = "Has the running server read its certificates and configuration again.")
  static final class ReloadCommand implements Callable<Integer> {
    private final Io io;
    @Mixin private Target target;

    ReloadCommand(Io io) {
      this.io = io;
    }

    @Override
    public Integer call() {
      return target.runOnServer(io, Request.of("reload"));
    }
  }

  /// `posthorn version`.
  @Command(name = "version", description = "Prints the version.")
  static final class VersionCommand implements Callable<Integer> {
    private final Io io;
    @Mixin private Target target;

    VersionCommand(Io io) {
      this.io = io;
    }

    @Override
    public Integer call() {
      String java = Runtime.version().toString();
      return target.print(
          io,
          Answer.done(
              List.of("posthorn " + Version.TEXT + " (Java " + java + ")"),
              Wire.JSON.createObjectNode().put("version", Version.TEXT).put("java", java)));
    }
  }
}
