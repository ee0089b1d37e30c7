package org.posthorn.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.posthorn.app.Server;
import org.posthorn.app.Settings;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `posthorn serve`.
@Command(name = "serve", description = "Runs the server, as its configuration says.")
final class ServeCommand implements Callable<Integer> {
  static final Path DEFAULT_CONFIG = Path.of("/etc/posthorn/posthorn.toml");

  private final Io io;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (default: /etc/posthorn/posthorn.toml, if there is one).")
  private Path config;

  ServeCommand(Io io) {
    this.io = io;
  }

  @Override
  public Integer call() {
    Server server = Server.start(Settings.serve(read(), this::read));
    return Running.untilStopped(server, io);
  }

  private Config read() {
    if (config == null && !Files.exists(DEFAULT_CONFIG)) {
      return ConfigReader.defaults();
    }
    return ConfigReader.read(config == null ? DEFAULT_CONFIG : config);
  }
}
