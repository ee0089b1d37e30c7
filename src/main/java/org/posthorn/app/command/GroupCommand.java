package org.posthorn.app.command;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn group`.
@Command(name = "group", description = "Addresses whose mail goes to all members.")
final class GroupCommand {
  private final Io io;

  GroupCommand(Io io) {
    this.io = io;
  }

  @Command(name = "add", description = "Makes a group of addresses here or elsewhere.")
  int add(
      @Parameters(paramLabel = "GROUP") String group,
      @Parameters(paramLabel = "MEMBER", arity = "1..*") List<String> members,
      @Option(
              names = "--owner",
              paramLabel = "ADDRESS",
              description =
                  "Who hears when mail to members elsewhere fails, instead of whoever sent it.")
          String owner,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>(arguments(group, members));
    if (owner != null) {
      arguments.put("owner", owner);
    }
    return target.run(io, new Request("group.add", arguments), Target.Missing.FAIL);
  }

  @Command(name = "remove", description = "Removes a group; its members stay what they are.")
  int remove(@Parameters(paramLabel = "GROUP") String group, @Mixin Target target) {
    return target.run(io, Request.of("group.remove", "group", group), Target.Missing.FAIL);
  }

  @Command(name = "list", description = "Lists the groups with their members.")
  int list(@Mixin Target target) {
    return target.run(io, Request.of("group.list"), Target.Missing.FAIL);
  }

  private static Map<String, String> arguments(String group, List<String> members) {
    return Map.of("group", group, "members", String.join("\n", members));
  }

  /// `posthorn group member`.
  @Command(name = "member", description = "Who is in a group.")
  static final class MemberCommand {
    private final Io io;

    MemberCommand(Io io) {
      this.io = io;
    }

    @Command(name = "add", description = "Adds members to a group.")
    int add(
        @Parameters(paramLabel = "GROUP") String group,
        @Parameters(paramLabel = "MEMBER", arity = "1..*") List<String> members,
        @Mixin Target target) {
      var request = new Request("group.member.add", arguments(group, members));
      return target.run(io, request, Target.Missing.FAIL);
    }

    @Command(name = "remove", description = "Takes members out of a group.")
    int remove(
        @Parameters(paramLabel = "GROUP") String group,
        @Parameters(paramLabel = "MEMBER", arity = "1..*") List<String> members,
        @Mixin Target target) {
      var request = new Request("group.member.remove", arguments(group, members));
      return target.run(io, request, Target.Missing.FAIL);
    }
  }
}
