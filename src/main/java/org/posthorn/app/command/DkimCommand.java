package org.posthorn.app.command;

import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `posthorn dkim`.
@Command(name = "dkim", description = "The keys by which mail of the domains is signed.")
final class DkimCommand {
  private final Io io;

  DkimCommand(Io io) {
    this.io = io;
  }

  @Command(
      name = "list",
      description =
          "Lists the keys and says what becomes of each; of one domain with the records to"
              + " publish.")
  int list(@Parameters(paramLabel = "DOMAIN", arity = "0..1") String domain, @Mixin Target target) {
    Map<String, String> arguments = domain == null ? Map.of() : Map.of("domain", domain);
    return target.runConfigured(io, new Request("dkim.list", arguments), Target.Missing.FAIL);
  }

  @Command(
      name = "rotate",
      description =
          "Makes new keys for a domain and prints their records. They sign from when the DNS shows"
              + " them.")
  int rotate(@Parameters(paramLabel = "DOMAIN") String domain, @Mixin Target target) {
    return target.runConfigured(
        io, Request.of("dkim.rotate", "domain", domain), Target.Missing.FAIL);
  }
}
