package org.posthorn.app.command;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.posthorn.app.CommandFailed;
import org.posthorn.app.config.Config;
import org.posthorn.app.config.ConfigReader;
import org.posthorn.app.config.Endpoint;

/// The configuration of `posthorn dev`.
final class DevConfig {
  static final String DOMAIN = "example.test";

  private static final int PORT_MAX = 65_535;
  private static final int HTTP = 7025;

  private record Port(String door, int standard) {}

  private static final List<Port> PORTS =
      List.of(
          new Port("lmtp", 24),
          new Port("smtp", 25),
          new Port("pop3", 110),
          new Port("imap", 143),
          new Port("submissions", 465),
          new Port("submission", 587),
          new Port("imaps", 993),
          new Port("pop3s", 995));

  private DevConfig() {}

  static Config of(Path data, String bind, int offset, boolean strict) {
    if (offset < 0 || offset + HTTP > PORT_MAX) {
      throw new CommandFailed("--offset " + offset + " leads out of the range of ports");
    }
    StringBuilder toml = new StringBuilder();
    toml.append("hostname = \"localhost\"\n");
    toml.append("data = ").append(quoted(data.toString())).append('\n');
    toml.append("domains = [\"" + DOMAIN + "\"]\n");
    toml.append("login.cleartext = \"").append(strict ? "never" : "loopback").append("\"\n");
    toml.append("metrics.bind = ").append(quoted(endpoint(bind, offset + HTTP))).append('\n');
    for (Port port : PORTS) {
      toml.append("[listen.").append(port.door).append("]\nenabled = true\nbind = [");
      toml.append(quoted(endpoint(bind, offset + port.standard))).append("]\n");
    }
    return ConfigReader.parse("dev", toml.toString());
  }

  /// Where data lies that nobody gave a place: the user's directory for state (XDG Base Directory
  /// Specification).
  static Path defaultData(Map<String, String> environment) {
    return absolute(environment.get("XDG_STATE_HOME"))
        .or(() -> absolute(environment.get("HOME")).map(home -> home.resolve(".local/state")))
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".local", "state"))
        .resolve("posthorn")
        .resolve("dev");
  }

  private static Optional<Path> absolute(String path) {
    return Optional.ofNullable(path).map(Path::of).filter(Path::isAbsolute);
  }

  private static String endpoint(String bind, int port) {
    try {
      return new Endpoint(bind, port).toString();
    } catch (IllegalArgumentException e) {
      throw new CommandFailed("--bind " + bind + ": " + e.getMessage());
    }
  }

  private static String quoted(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
