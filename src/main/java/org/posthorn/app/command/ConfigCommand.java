package org.posthorn.app.command;

import java.nio.file.Path;
import org.posthorn.app.TokenSettings;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.app.config.ConfigText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `posthorn config`.
@Command(name = "config", description = "The configuration file.")
final class ConfigCommand {
  private final Io io;

  ConfigCommand(Io io) {
    this.io = io;
  }

  @Command(
      name = "describe",
      description = "Prints the configuration file with every key, its meaning and its default.")
  int describe() {
    io.out().print(ConfigText.describe());
    return 0;
  }

  @Command(name = "check", description = "Reads a configuration file and tells what is wrong.")
  int check(
      @Parameters(paramLabel = "FILE", arity = "0..1", defaultValue = "/etc/posthorn/posthorn.toml")
          Path file) {
    TokenSettings.of(ConfigReader.read(file).auth().tokens());
    io.out().println(file + ": good");
    return 0;
  }
}
