package org.posthorn.app.command;

import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `posthorn dns`.
@Command(name = "dns", description = "What the DNS has to say of a domain.")
final class DnsCommand {
  private final Io io;

  DnsCommand(Io io) {
    this.io = io;
  }

  @Command(
      name = "zone",
      description = "Prints every record to publish for a domain, with a reason for each.")
  int zone(@Parameters(paramLabel = "DOMAIN") String domain, @Mixin Target target) {
    return target.runConfigured(io, Request.of("dns.zone", "domain", domain), Target.Missing.FAIL);
  }

  @Command(
      name = "check",
      description =
          "Compares the records of a domain with what the DNS says, and fails if one that mail"
              + " needs is missing or wrong.")
  int check(@Parameters(paramLabel = "DOMAIN") String domain, @Mixin Target target) {
    return target.runConfigured(io, Request.of("dns.check", "domain", domain), Target.Missing.FAIL);
  }
}
