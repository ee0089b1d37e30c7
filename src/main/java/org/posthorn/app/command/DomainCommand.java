package org.posthorn.app.command;

import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `posthorn domain`.
@Command(name = "domain", description = "The domains this server receives mail for.")
final class DomainCommand {
  private final Io io;

  DomainCommand(Io io) {
    this.io = io;
  }

  @Command(name = "add", description = "Receives mail for a domain.")
  int add(@Parameters(paramLabel = "DOMAIN") String domain, @Mixin Target target) {
    return target.run(io, Request.of("domain.add", "domain", domain), Target.Missing.MAKE);
  }

  @Command(name = "remove", description = "No longer receives mail for a domain.")
  int remove(@Parameters(paramLabel = "DOMAIN") String domain, @Mixin Target target) {
    return target.run(io, Request.of("domain.remove", "domain", domain), Target.Missing.FAIL);
  }

  @Command(name = "list", description = "Lists the domains.")
  int list(@Mixin Target target) {
    return target.run(io, Request.of("domain.list"), Target.Missing.FAIL);
  }
}
