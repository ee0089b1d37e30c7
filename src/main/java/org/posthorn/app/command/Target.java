package org.posthorn.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.admin.AdminClient;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.Offline;
import org.posthorn.app.admin.Request;
import org.posthorn.app.admin.Wire;
import org.posthorn.app.config.ConfigReader;
import picocli.CommandLine.Option;

/// The options that every administrative command has, and how it is carried out.
final class Target {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: as in the configuration).")
  private Path data;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Configuration file (default: /etc/posthorn/posthorn.toml).")
  private Path config;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  /// What to do about a data directory that does not exist.
  enum Missing {
    MAKE,
    FAIL
  }

  /// Has the request carried out by the server if it runs, otherwise here, and prints the answer.
  int run(Io io, Request request, Missing missing) {
    Path directory = directory();
    Optional<Answer> answered = AdminClient.ask(directory, request);
    Answer answer;
    if (answered.isPresent()) {
      answer = answered.get();
    } else {
      if (missing == Missing.FAIL && !DataDirectory.exists(directory)) {
        throw new CommandFailed("there is no data directory at " + directory);
      }
      answer = Offline.run(directory, request);
    }
    return print(io, answer);
  }

  /// Asks the running server, which there must be.
  int runOnServer(Io io, Request request) {
    Path directory = directory();
    return print(
        io,
        AdminClient.ask(directory, request)
            .orElseThrow(() -> new CommandFailed("no server runs on " + directory)));
  }

  int print(Io io, Answer answer) {
    if (json) {
      io.out().println(Wire.JSON.writeValueAsString(answer.result()));
    } else {
      answer.lines().forEach(io.out()::println);
    }
    if (!answer.ok()) {
      io.err().println("posthorn: " + answer.error());
      return 1;
    }
    return 0;
  }

  private Path directory() {
    if (data != null) {
      return data.toAbsolutePath();
    }
    if (config != null) {
      return ConfigReader.read(config).data();
    }
    return Files.exists(ServeCommand.DEFAULT_CONFIG)
        ? ConfigReader.read(ServeCommand.DEFAULT_CONFIG).data()
        : ConfigReader.defaults().data();
  }
}
