package org.posthorn.app.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.DataDirectory;
import org.posthorn.app.DataInUse;
import org.posthorn.app.admin.AdminClient;
import org.posthorn.app.admin.Answer;
import org.posthorn.app.admin.Offline;
import org.posthorn.app.admin.Request;
import org.posthorn.app.admin.Wire;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import picocli.CommandLine.Option;

/// The options that every administrative command has, and how it is carried out.
final class Target {
  private static final int TRIES = 50;
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

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

  Target() {}

  /// As if these had been given; each may be null.
  Target(Path data, Path config) {
    this.data = data;
    this.config = config;
  }

  /// What to do about a data directory that does not exist.
  enum Missing {
    MAKE,
    FAIL
  }

  /// Has the request carried out by the server if it runs, otherwise here, and prints the answer.
  int run(Io io, Request request, Missing missing) {
    return run(io, request, missing, directory -> Offline.run(directory, request));
  }

  /// The same where it must be known how the server is configured.
  int runConfigured(Io io, Request request, Missing missing) {
    return run(io, request, missing, directory -> Offline.run(directory, settings(), request));
  }

  private int run(Io io, Request request, Missing missing, Function<Path, Answer> here) {
    Path directory = directory();
    Optional<Answer> answered = AdminClient.ask(directory, request);
    if (answered.isPresent()) {
      return print(io, answered.get());
    }
    check(directory, missing);
    return print(io, here.apply(directory));
  }

  /// Sends a message: by the server if it runs, otherwise into the queue. Another such command may
  /// have the directory for a moment, and so may a server that is not ready yet.
  Answer send(Request request, TypedMessage message) throws IOException {
    Path directory = directory();
    for (int tries = 1; ; tries++) {
      try (InputStream octets = message.open()) {
        Optional<Answer> answered = AdminClient.ask(directory, request, octets);
        if (answered.isPresent()) {
          return answered.get();
        }
        check(directory, Missing.FAIL);
        return Offline.send(directory, settings(), request, octets);
      } catch (DataInUse e) {
        if (tries == TRIES || !pause()) {
          throw e;
        }
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(BETWEEN_TRIES);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void check(Path directory, Missing missing) {
    if (Files.isDirectory(directory) && !Files.isExecutable(directory)) {
      throw new CommandFailed(
          "no permission to use " + directory + ": that is for the server's user");
    }
    if (missing == Missing.FAIL && !DataDirectory.exists(directory)) {
      throw new CommandFailed("there is no data directory at " + directory);
    }
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
    return data != null ? data.toAbsolutePath() : settings().data();
  }

  private Config settings() {
    if (config != null) {
      return ConfigReader.read(config);
    }
    boolean usual = data == null && Files.exists(ServeCommand.DEFAULT_CONFIG);
    return usual ? ConfigReader.read(ServeCommand.DEFAULT_CONFIG) : ConfigReader.defaults();
  }
}
