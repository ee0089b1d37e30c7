package org.posthorn.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.admin.Request;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `posthorn domain`.
@Command(name = "domain", description = "The domains this server receives mail for.")
final class DomainCommand {
  /// A list of a hundred thousand recipients fits.
  private static final int FILE_MAX = 4 << 20;

  private final Io io;

  DomainCommand(Io io) {
    this.io = io;
  }

  /// Whom other servers know.
  static final class Recipients {
    @Option(
        names = "--recipients",
        paramLabel = "NAME",
        split = ",",
        description = "Such as ana,bo@example.org; or any, for whoever is asked for.")
    private List<String> names;

    @Option(
        names = "--recipients-file",
        paramLabel = "FILE",
        description = "One on each line, - is standard input.")
    private Path file;

    /// One on each line.
    private String text(Io io) {
      return file == null ? String.join("\n", names) : read(io);
    }

    private String read(Io io) {
      try (InputStream in = file.toString().equals("-") ? io.in() : Files.newInputStream(file)) {
        byte[] octets = in.readNBytes(FILE_MAX + 1);
        if (octets.length > FILE_MAX) {
          throw new CommandFailed("more than " + FILE_MAX + " octets in " + file);
        }
        return new String(octets, StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new CommandFailed("cannot read " + file + ": " + e.getMessage());
      }
    }
  }

  @Command(name = "add", description = "Receives mail for a domain.")
  int add(
      @Parameters(paramLabel = "DOMAIN") String domain,
      @Option(
              names = "--backup",
              description =
                  "Other servers are for the domain: its mail waits here while they cannot take"
                      + " it. Name whom they know, so that mail for others is refused at once.")
          boolean backup,
      @ArgGroup Recipients recipients,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("domain", domain);
    if (backup) {
      arguments.put("backup", "true");
    }
    if (recipients != null) {
      arguments.put("recipients", recipients.text(io));
    }
    return target.runConfigured(io, new Request("domain.add", arguments), Target.Missing.MAKE);
  }

  @Command(
      name = "alias",
      description = "Receives mail for a domain that has the names of another.")
  int alias(
      @Parameters(paramLabel = "ALIAS") String alias,
      @Parameters(paramLabel = "DOMAIN") String domain,
      @Mixin Target target) {
    Map<String, String> arguments = Map.of("alias", alias, "domain", domain);
    return target.runConfigured(io, new Request("domain.alias", arguments), Target.Missing.FAIL);
  }

  @Command(name = "settings", description = "Prints the settings of a domain, and changes them.")
  int settings(
      @Parameters(paramLabel = "DOMAIN") String domain,
      @Option(
              names = "--separator",
              paramLabel = "SIGNS",
              description =
                  "Where a sub-address such as ana+shop begins: +, or another sign, or several of"
                      + " which each separates; none for no sub-addresses.")
          String separator,
      @ArgGroup Recipients recipients,
      @Mixin Target target) {
    Map<String, String> arguments = new HashMap<>();
    arguments.put("domain", domain);
    if (separator != null) {
      arguments.put("separator", separator);
    }
    if (recipients != null) {
      arguments.put("recipients", recipients.text(io));
    }
    return target.run(io, new Request("domain.settings", arguments), Target.Missing.FAIL);
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
