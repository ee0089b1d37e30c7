package org.posthorn.app.command;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.admin.Request;
import org.posthorn.app.config.Span;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
          "Makes an address whose mail goes to others, here or elsewhere, replacing what it was."
              + " @DOMAIN is every address of the domain that is nothing else.")
  int add(
      @Parameters(paramLabel = "ALIAS") String alias,
      @Parameters(paramLabel = "TARGET", arity = "1..*") List<String> targets,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description =
                  "When the address ends: 30d from now, the end of the day 2027-01-31, or"
                      + " 2027-01-31T18:00.")
          String expires,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("alias", alias);
    arguments.put("targets", String.join("\n", targets));
    if (expires != null) {
      arguments.put("expires", time(expires).toString());
    }
    return target.run(io, new Request("alias.add", arguments), Target.Missing.FAIL);
  }

  /// A time as people write it: a span from now, a day, which counts to its end, or a time of day,
  /// where this machine is unless it says where.
  static Instant time(String text) {
    ZoneId here = ZoneId.systemDefault();
    try {
      if (!text.startsWith("P") && text.indexOf('-') < 0) {
        return Instant.now().plus(Span.parse(text));
      }
      if (text.indexOf('T') < 0) {
        return LocalDate.parse(text).plusDays(1).atStartOfDay(here).toInstant();
      }
      boolean placed = text.endsWith("Z") || text.lastIndexOf('-') > 7 || text.indexOf('+') > 0;
      return placed
          ? OffsetDateTime.parse(text).toInstant()
          : LocalDateTime.parse(text).atZone(here).toInstant();
    } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
      throw new CommandFailed("no time such as 30d, 2027-01-31 or 2027-01-31T18:00: " + text);
    }
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
