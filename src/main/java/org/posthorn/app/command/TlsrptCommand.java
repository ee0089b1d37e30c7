package org.posthorn.app.command;

import java.util.HashMap;
import java.util.Map;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn tlsrpt`.
@Command(
    name = "tlsrpt",
    description = "What other servers report about TLS on the way to a domain (TLS-RPT).")
final class TlsrptCommand {
  private final Io io;

  TlsrptCommand(Io io) {
    this.io = io;
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
    return target.run(io, new Request("tlsrpt.report", arguments), Target.Missing.FAIL);
  }
}
