package org.posthorn.app.command;

import java.util.HashMap;
import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn dmarc` and `posthorn tlsrpt`.
@Command
final class ReportsCommand {
  private final Io io;
  private final String request;

  private ReportsCommand(Io io, String request) {
    this.io = io;
    this.request = request;
  }

  static CommandLine dmarc(Io io) {
    return of(io, "dmarc", "What other servers report about mail in the name of a domain (DMARC).");
  }

  static CommandLine tlsrpt(Io io) {
    return of(
        io, "tlsrpt", "What other servers report about TLS on the way to a domain (TLS-RPT).");
  }

  private static CommandLine of(Io io, String name, String description) {
    var line = new CommandLine(new ReportsCommand(io, name + ".report"));
    line.getCommandSpec().name(name).usageMessage().description(description);
    return line;
  }

  @Command(name = "report", description = "Sums up the reports that have come.")
  int report(
      @Parameters(paramLabel = "DOMAIN") String domain,
      @Option(
              names = "--days",
              paramLabel = "N",
              description = "How far to look back (default: 30, at most 90).")
          Integer days,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>(Map.of("domain", domain));
    if (days != null) {
      arguments.put("days", days.toString());
    }
    return target.run(io, new Request(request, arguments), Target.Missing.FAIL);
  }
}
